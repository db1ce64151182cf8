package images

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Removed is something that Prune has dropped.
type Removed struct {
	What  string `json:"what"`
	Bytes int64  `json:"bytes"`
}

// caches are the folders of the cache besides the images, with what they are.
func (s *Store) caches() [][2]string {
	return [][2]string{
		{"compiled Go packages", filepath.Join(s.cache, "go", "build")},
		{"Go modules", filepath.Join(s.cache, "go", "mod")},
	}
}

// CacheSize says how many bytes of disk each part of the cache takes.
func (s *Store) CacheSize() ([]Removed, error) {
	var sizes []Removed
	for _, c := range append(s.caches(), [2]string{"images", s.images.Dir()}) {
		bytes, err := diskUse(c[1])
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, Removed{What: c[0], Bytes: bytes})
	}
	return sizes, nil
}

// Prune drops the Go caches and files that no image needs; with all it drops
// the images too. Images that are kept are not built again until their inputs
// change; but to see whether those of our own programs have, the next run
// downloads the modules that these import. While another process makes or reads
// images it drops nothing: a build would miss its modules halfway.
func (s *Store) Prune(all bool) ([]Removed, error) {
	removed, err := s.drop(all)
	if err != nil {
		return removed, err
	}
	what := "files that no image needs"
	if all {
		what = "images"
	}
	bytes, err := s.images.Collect()
	return append(removed, Removed{What: what, Bytes: bytes}), err
}

// drop drops the Go caches, and with all forgets the images.
func (s *Store) drop(all bool) ([]Removed, error) {
	done, err := s.images.Alone()
	if err != nil {
		return nil, fmt.Errorf("drop the build caches: %w", err)
	}
	defer done()
	var removed []Removed
	for _, c := range s.caches() {
		bytes, err := diskUse(c[1])
		if err != nil {
			return removed, err
		}
		if err := removeReadOnly(c[1]); err != nil {
			return removed, fmt.Errorf("drop %s: %w", c[0], err)
		}
		removed = append(removed, Removed{What: c[0], Bytes: bytes})
	}
	if all {
		return removed, s.images.Clear()
	}
	return removed, nil
}

// Collect removes what killed builds left, and files that no image needs; it
// returns their size in bytes.
func (s *Store) Collect() (int64, error) { return s.images.Collect() }

// diskUse adds up the sizes of the files below dir, which need not exist.
func diskUse(dir string) (int64, error) {
	var total int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another process removed it meanwhile
		}
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("measure %s: %w", dir, err)
	}
	return total, nil
}

// removeReadOnly removes a folder although the go command has made the folders
// of its module cache read-only.
func removeReadOnly(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o755)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(dir)
}
