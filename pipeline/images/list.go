package images

import (
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"firedrill/pipeline/images/assemble"
	"firedrill/pipeline/images/store"
)

// List gives all images of the store, in the order of their names; those that
// are only parts of others have Within set.
func (s *Store) List() ([]Image, error) {
	entries, err := s.images.List()
	if err != nil {
		return nil, err
	}
	list := make([]Image, 0, len(entries))
	for _, e := range entries {
		image, err := s.describe(e)
		if err != nil {
			return nil, err
		}
		list = append(list, image)
	}
	return list, nil
}

// find picks images by name.
func (s *Store) find(names []string) ([]store.Entry, error) {
	entries, err := s.images.List()
	if err != nil {
		return nil, err
	}
	byName := map[string]store.Entry{}
	for _, e := range entries {
		byName[e.Name] = e
	}
	var found []store.Entry
	for _, name := range names {
		e, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("the store %s has no image %s: get it with 'firedrill images build'", s.images.Dir(), name)
		}
		found = append(found, e)
	}
	return found, nil
}

func (s *Store) describe(e store.Entry) (Image, error) {
	image := Image{
		Name: e.Name, Digest: e.Digest.String(), Source: Source(e.Source), Seconds: e.Seconds, Within: e.Within, RegistryDigest: e.Origin,
	}
	img, err := s.images.Image(e)
	if err != nil {
		return Image{}, err
	}
	manifest, err := img.Manifest()
	if err != nil {
		return Image{}, fmt.Errorf("read the manifest of %s: %w", e.Name, err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		return Image{}, fmt.Errorf("read the configuration of %s: %w", e.Name, err)
	}
	image.ConfigDigest, image.Labels = manifest.Config.Digest.String(), config.Config.Labels
	image.Bytes, image.Packages = size(manifest), packages(manifest)
	return image, nil
}

func size(m *v1.Manifest) int64 {
	total := m.Config.Size
	for _, l := range m.Layers {
		total += l.Size
	}
	return total
}

func packages(m *v1.Manifest) []string {
	var all []string
	for _, l := range m.Layers {
		all = append(all, strings.Fields(l.Annotations[assemble.PackagesAnnotation])...)
	}
	return all
}
