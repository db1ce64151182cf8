package blobs_test

import (
	"errors"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images/blobs"
)

func TestBlobsAreWhatTheirDigestsSay(t *testing.T) {
	img, err := random.Image(1000, 3)
	require.NoError(t, err)
	all, err := blobs.Of(img)
	require.NoError(t, err)
	require.Len(t, all, 5, "layers, configuration and manifest")
	for _, b := range all {
		body, err := b.Open()
		require.NoError(t, err)
		digest, size, err := v1.SHA256(body)
		require.NoError(t, err)
		require.NoError(t, body.Close())
		require.Equal(t, b.Digest, digest)
		require.Equal(t, b.Size, size)
	}
	manifest, err := img.Digest()
	require.NoError(t, err)
	require.Equal(t, manifest, all[4].Digest, "the manifest is the last")
}

// unreadable is an image whose configuration cannot be read.
type unreadable struct{ v1.Image }

func (unreadable) RawConfigFile() ([]byte, error) { return nil, errors.New("gone") }

func TestUnreadableImage(t *testing.T) {
	img, err := random.Image(10, 1)
	require.NoError(t, err)
	_, err = blobs.Of(unreadable{img})
	require.ErrorContains(t, err, "read the configuration: gone")
}
