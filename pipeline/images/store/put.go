package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"
)

// parallelBlobs is how many layers of an image are fetched at once.
const parallelBlobs = 4

// Put stores the image under e's name, in place of one that has it already, and
// returns e with the digest.
func (s *Store) Put(img v1.Image, e Entry) (Entry, error) {
	digest, err := img.Digest()
	if err != nil {
		return Entry{}, fmt.Errorf("store the image %s: %w", e.Name, err)
	}
	e.Digest = digest
	if err := s.putBlobs(img, digest); err != nil {
		return Entry{}, fmt.Errorf("store the image %s: %w", e.Name, err)
	}
	d, err := descriptor(e, img)
	if err != nil {
		return Entry{}, fmt.Errorf("store the image %s: %w", e.Name, err)
	}
	return e, s.change(func(index *v1.IndexManifest) {
		index.Manifests = slices.DeleteFunc(index.Manifests, func(d v1.Descriptor) bool { return entry(d).Name == e.Name })
		index.Manifests = append(index.Manifests, d)
	})
}

func (s *Store) putBlobs(img v1.Image, digest v1.Hash) error {
	layers, err := img.Layers()
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(parallelBlobs)
	for _, l := range layers {
		group.Go(func() error { return s.putLayer(l) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	config, err := img.RawConfigFile()
	if err != nil {
		return err
	}
	manifest, err := img.RawManifest()
	if err != nil {
		return err
	}
	configName, err := img.ConfigName()
	if err != nil {
		return err
	}
	return errors.Join(
		s.putBlob(configName, int64(len(config)), bytes.NewReader(config)),
		s.putBlob(digest, int64(len(manifest)), bytes.NewReader(manifest)))
}

func (s *Store) putLayer(l v1.Layer) error {
	digest, err := l.Digest()
	if err != nil {
		return err
	}
	size, err := l.Size()
	if err != nil {
		return err
	}
	body, err := l.Compressed()
	if err != nil {
		return err
	}
	defer body.Close()
	return s.putBlob(digest, size, body)
}

// putBlob writes a file under its digest; it appears there in full or not at
// all.
func (s *Store) putBlob(digest v1.Hash, size int64, body io.Reader) error {
	target := s.blob(digest)
	if info, err := os.Stat(target); err == nil && info.Size() == size {
		return nil
	}
	work, err := s.Work()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(work, "blob-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already if all went well
	n, err := io.Copy(f, body)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", digest, err)
	}
	if n != size {
		return fmt.Errorf("write %s: got %d bytes of %d", digest, n, size)
	}
	return s.move(f.Name(), target)
}

func (s *Store) move(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.Chmod(from, 0o644); err != nil {
		return err
	}
	return os.Rename(from, to)
}
