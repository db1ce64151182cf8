package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// workDir is where unfinished files are.
const workDir = ".work"

// Work is a folder for unfinished files on the store's file system. What lies
// there while no process uses the store is left over from a killed one.
func (s *Store) Work() (string, error) {
	dir := filepath.Join(s.dir, workDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the image store: %w", err)
	}
	return dir, nil
}

// Collect removes files that no image needs and returns their size. While
// another process uses the store it does nothing.
func (s *Store) Collect() (int64, error) {
	if _, err := os.Stat(s.dir); errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	unlock, err := s.Alone()
	if errors.Is(err, ErrInUse) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer unlock()
	index, err := s.index()
	if err != nil {
		return 0, err
	}
	freed, err := s.sweep(s.needed(index))
	return freed, errors.Join(err, os.RemoveAll(filepath.Join(s.dir, workDir)))
}

// Clear forgets every image; Collect then removes their files.
func (s *Store) Clear() error {
	if _, err := os.Stat(s.dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return s.change(func(index *v1.IndexManifest) { index.Manifests = []v1.Descriptor{} })
}

func (s *Store) needed(index *v1.IndexManifest) map[string]bool {
	needed := map[string]bool{}
	for _, d := range index.Manifests {
		needed[s.blob(d.Digest)] = true
		m, err := s.manifest(d.Digest)
		if err != nil {
			continue // incomplete: it will be made again
		}
		for _, blob := range append(m.Layers, m.Config) {
			needed[s.blob(blob.Digest)] = true
		}
	}
	return needed
}

func (s *Store) sweep(needed map[string]bool) (freed int64, err error) {
	files, err := filepath.Glob(filepath.Join(s.dir, "blobs", "*", "*"))
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		if needed[file] {
			continue
		}
		info, err := os.Lstat(file)
		if err != nil {
			continue
		}
		if err := os.Remove(file); err != nil {
			return freed, fmt.Errorf("remove what no image needs: %w", err)
		}
		freed += info.Size()
	}
	return freed, nil
}
