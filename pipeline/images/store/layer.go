package store

import (
	"fmt"
	"slices"

	"firedrill/pipeline/images/layer"
)

// Adopt moves a new layer's file into the store. Until an image that has the
// layer is put in, nothing but the lock held by Use keeps it there.
func (s *Store) Adopt(l *layer.Layer) (*layer.Layer, error) {
	digest, _ := l.Digest()
	size, _ := l.Size()
	if err := s.move(l.File(), s.blob(digest)); err != nil {
		return nil, fmt.Errorf("store a layer: %w", err)
	}
	return layer.FromFile(s.blob(digest), digest, size), nil
}

// Layer finds a layer by its key among those of the images, with the
// annotations that it has there.
func (s *Store) Layer(key string) (*layer.Layer, map[string]string, error) {
	entries, err := s.List()
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		i := slices.Index(e.Layers, key)
		if i < 0 {
			continue
		}
		m, err := s.manifest(e.Digest)
		if err != nil || i >= len(m.Layers) {
			continue
		}
		d := m.Layers[i]
		return layer.FromFile(s.blob(d.Digest), d.Digest, d.Size), d.Annotations, nil
	}
	return nil, nil, nil
}
