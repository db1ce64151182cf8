package store

import (
	"errors"
	"fmt"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Verify reads every file of the image and finds those that are not what their
// digests say.
func (s *Store) Verify(e Entry) error {
	err := s.verify(e.Digest)
	if err != nil {
		return err // what it names cannot be trusted
	}
	m, err := s.manifest(e.Digest)
	if err != nil {
		return err
	}
	var errs []error
	for _, blob := range append(m.Layers, m.Config) {
		errs = append(errs, s.verify(blob.Digest))
	}
	return errors.Join(errs...)
}

func (s *Store) verify(wanted v1.Hash) error {
	f, err := os.Open(s.blob(wanted))
	if err != nil {
		return fmt.Errorf("read a file of the image: %w", err)
	}
	defer f.Close()
	found, size, err := v1.SHA256(f)
	if err != nil {
		return fmt.Errorf("read a file of the image: %w", err)
	}
	if found != wanted {
		return s.damaged(wanted, fmt.Sprintf("has another content: %d bytes with the digest %s", size, found))
	}
	return nil
}

// read gives the content of a small file, if it is what the digest says.
func (s *Store) read(digest v1.Hash) ([]byte, error) {
	if err := s.verify(digest); err != nil {
		return nil, err
	}
	return os.ReadFile(s.blob(digest))
}

// damaged says what to do about a file that is not what it should be.
func (s *Store) damaged(digest v1.Hash, how string) error {
	return fmt.Errorf("%s %s: remove it, then `firedrill images build` makes it again", s.blob(digest), how)
}
