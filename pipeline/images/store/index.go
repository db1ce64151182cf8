package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// The annotations that carry an Entry in index.json.
const (
	annotationName    = "org.opencontainers.image.ref.name"
	annotationKey     = "firedrill.key"
	annotationLayers  = "firedrill.layers"
	annotationSource  = "firedrill.source"
	annotationSeconds = "firedrill.seconds"
	annotationWithin  = "firedrill.within"
	annotationOrigin  = "firedrill.origin"
)

func entry(d v1.Descriptor) Entry {
	a := d.Annotations
	seconds, _ := strconv.ParseFloat(a[annotationSeconds], 64)
	return Entry{
		Name: a[annotationName], Key: a[annotationKey], Layers: strings.Fields(a[annotationLayers]), Source: a[annotationSource],
		Seconds: seconds, Within: a[annotationWithin], Origin: a[annotationOrigin], Digest: d.Digest,
	}
}

func descriptor(e Entry, img v1.Image) (v1.Descriptor, error) {
	size, err := img.Size()
	if err != nil {
		return v1.Descriptor{}, err
	}
	media, err := img.MediaType()
	if err != nil {
		return v1.Descriptor{}, err
	}
	annotations := map[string]string{annotationName: e.Name, annotationKey: e.Key, annotationSource: e.Source}
	for key, value := range map[string]string{
		annotationLayers: strings.Join(e.Layers, " "), annotationWithin: e.Within, annotationOrigin: e.Origin,
		annotationSeconds: strconv.FormatFloat(e.Seconds, 'f', 1, 64),
	} {
		if value != "" {
			annotations[key] = value
		}
	}
	return v1.Descriptor{MediaType: media, Size: size, Digest: e.Digest, Annotations: annotations}, nil
}

func (s *Store) index() (*v1.IndexManifest, error) {
	empty := &v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex}
	text, err := os.ReadFile(filepath.Join(s.dir, "index.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return empty, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the image store: %w", err)
	}
	if err := json.Unmarshal(text, empty); err != nil {
		return nil, fmt.Errorf("the image store's %s/index.json is damaged (%w): remove the folder, the images are then made again", s.dir, err)
	}
	return empty, nil
}

// change rewrites index.json while no other process does.
func (s *Store) change(edit func(*v1.IndexManifest)) error {
	unlock, err := lock(filepath.Join(s.dir, ".index.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	index, err := s.index()
	if err != nil {
		return err
	}
	edit(index)
	slices.SortFunc(index.Manifests, inOrder)
	text, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return err
	}
	if err := s.replace("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)); err != nil {
		return err
	}
	return s.replace("index.json", append(text, '\n'))
}

// inOrder puts images first, by their names, then the documents about them.
func inOrder(a, b v1.Descriptor) int {
	of := func(d v1.Descriptor) string { return d.Annotations[annotationOf] }
	return cmp.Or(cmp.Compare(of(a), of(b)), cmp.Compare(entry(a).Name, entry(b).Name), cmp.Compare(a.ArtifactType, b.ArtifactType))
}

func (s *Store) replace(name string, text []byte) error {
	target := filepath.Join(s.dir, name)
	if err := os.WriteFile(target+".new", text, 0o644); err != nil {
		return fmt.Errorf("write the image store: %w", err)
	}
	if err := os.Rename(target+".new", target); err != nil {
		return fmt.Errorf("write the image store: %w", err)
	}
	return nil
}
