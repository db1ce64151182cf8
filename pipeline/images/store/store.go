// Package store keeps images on disk, as an OCI layout in the user's cache. Any
// number of processes may use it at once, and one that is killed leaves nothing
// half-written where another would find it.
package store

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// Store is an OCI layout in a folder.
type Store struct {
	dir string
}

// Open uses the layout in dir. Nothing is created before something is put in.
func Open(dir string) *Store { return &Store{dir: dir} }

// Dir is the folder of the layout.
func (s *Store) Dir() string { return s.dir }

// List gives all images, in the order of their names. One of which a file is
// missing is left out: it will be made again.
func (s *Store) List() ([]Entry, error) {
	index, err := s.index()
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, d := range index.Manifests {
		if e := entry(d); e.Name != "" && s.complete(d) {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

// Image opens an image of the store.
func (s *Store) Image(e Entry) (v1.Image, error) {
	img, err := layout.Path(s.dir).Image(e.Digest)
	if err != nil {
		return nil, fmt.Errorf("open the image %s in %s: %w", e.Name, s.dir, err)
	}
	return img, nil
}

// complete tells whether every file of the image is there in full length.
func (s *Store) complete(d v1.Descriptor) bool {
	m, err := s.manifest(d.Digest)
	if err != nil {
		return false
	}
	for _, blob := range append(m.Layers, m.Config) {
		info, err := os.Stat(s.blob(blob.Digest))
		if err != nil || info.Size() != blob.Size {
			return false
		}
	}
	return true
}

func (s *Store) manifest(digest v1.Hash) (*v1.Manifest, error) {
	text, err := os.ReadFile(s.blob(digest))
	if err != nil {
		return nil, err
	}
	m := &v1.Manifest{}
	return m, json.Unmarshal(text, m)
}

func (s *Store) blob(h v1.Hash) string { return filepath.Join(s.dir, "blobs", h.Algorithm, h.Hex) }
