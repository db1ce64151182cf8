// Package images gets every image that a run needs, pulled from a registry or
// built from source, and keeps them in one store in the user's cache.
package images

import (
	"fmt"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"firedrill/pipeline/images/assemble"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/images/store"
)

// Specs are the images that a run needs: one image.yaml each.
type Specs []spec.Spec

// Load reads and checks every image.yaml in the folders of dir. All mistakes
// are reported together, each with file and line.
func Load(dir string) (Specs, error) {
	specs, err := spec.LoadAll(dir)
	return Specs(specs), err
}

// Image is one image of the store.
type Image struct {
	Name string `json:"name"`
	// Digest is that of the image's manifest for this platform.
	Digest string `json:"digest"`
	// ConfigDigest is what container engines call the image's ID.
	ConfigDigest string `json:"config_digest"`
	// RegistryDigest is the digest by which a registry gave the image; for one
	// of several platforms it is that of their list. Empty if built from source.
	RegistryDigest string `json:"registry_digest,omitempty"`
	Bytes          int64  `json:"bytes"`
	Source         Source `json:"source"`
	// Seconds is how long getting the image took when it was got.
	Seconds float64 `json:"seconds"`
	// Cached says that this run found it in the store.
	Cached bool              `json:"cached"`
	Labels map[string]string `json:"labels,omitempty"`
	// Packages are name=version of the Debian packages in it.
	Packages []string `json:"packages,omitempty"`
	// Within is the image that this one is only a part of.
	Within string `json:"within,omitempty"`
}

// Store keeps images, and the Go caches of their builds, in one folder.
type Store struct {
	cache  string
	images *store.Store
}

// Open uses the cache folder. Nothing is created before something is stored.
func Open(cacheDir string) *Store {
	return &Store{cache: cacheDir, images: store.Open(filepath.Join(cacheDir, "images"))}
}

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
