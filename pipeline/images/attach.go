package images

import (
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"firedrill/pipeline/images/store"
)

// Attach keeps a document about the image beside it in the store, as a referrer
// of OCI, in place of one of the same type. It goes when the image goes.
func (s *Store) Attach(i Image, mediaType string, document []byte) error {
	done, err := s.images.Use()
	if err != nil {
		return err
	}
	defer done()
	digest, err := v1.NewHash(i.Digest)
	if err != nil {
		return fmt.Errorf("attach a document to the image %s: %w", i.Name, err)
	}
	return s.images.Attach(store.Entry{Name: i.Name, Digest: digest}, mediaType, document)
}
