package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"

	"firedrill/pipeline/images/blobs"
)

// parallelBlobs is how many files of an image are fetched at once.
const parallelBlobs = 4

// Put stores the image under e's name, in place of one that has it already, and
// returns e with the digest.
func (s *Store) Put(img v1.Image, e Entry) (Entry, error) {
	digest, err := img.Digest()
	if err != nil {
		return Entry{}, fmt.Errorf("store the image %s: %w", e.Name, err)
	}
	e.Digest = digest
	if err := s.putBlobs(img); err != nil {
		return Entry{}, fmt.Errorf("store the image %s: %w", e.Name, err)
	}
	d, err := descriptor(e, img)
	if err != nil {
		return Entry{}, fmt.Errorf("store the image %s: %w", e.Name, err)
	}
	return e, s.change(func(index *v1.IndexManifest) {
		if !slices.ContainsFunc(index.Manifests, e.isAt) {
			// Documents about the image that goes, go with it.
			index.Manifests = slices.DeleteFunc(index.Manifests, e.isSubjectOf(""))
		}
		index.Manifests = slices.DeleteFunc(index.Manifests, func(d v1.Descriptor) bool { return entry(d).Name == e.Name })
		index.Manifests = append(index.Manifests, d)
	})
}

func (s *Store) putBlobs(img v1.Image) error {
	all, err := blobs.Of(img)
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(parallelBlobs)
	for _, b := range all {
		group.Go(func() error { return s.putBlob(b) })
	}
	return group.Wait()
}

// putBlob writes a file under its digest; it appears there in full or not at
// all.
func (s *Store) putBlob(b blobs.Blob) error {
	target := s.blob(b.Digest)
	if info, err := os.Stat(target); err == nil && info.Size() == b.Size {
		return nil
	}
	body, err := b.Open()
	if err != nil {
		return err
	}
	defer body.Close()
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
		return fmt.Errorf("write %s: %w", b.Digest, err)
	}
	if n != b.Size {
		return fmt.Errorf("write %s: got %d bytes of %d", b.Digest, n, b.Size)
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
