// Package blobs lists the files that an image consists of, for those that keep
// or send them.
package blobs

import (
	"bytes"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Blob is a file that is known by its digest.
type Blob struct {
	Digest v1.Hash
	Size   int64
	Open   func() (io.ReadCloser, error)
}

// Of lists the image's layers from the lowest up, its configuration and its
// manifest.
func Of(img v1.Image) ([]Blob, error) {
	layers, err := img.Layers()
	if err != nil {
		return nil, fmt.Errorf("list the layers: %w", err)
	}
	all := make([]Blob, 0, len(layers)+2)
	for _, l := range layers {
		b := Blob{Open: l.Compressed}
		if b.Digest, err = l.Digest(); err != nil {
			return nil, fmt.Errorf("find a layer's digest: %w", err)
		}
		if b.Size, err = l.Size(); err != nil {
			return nil, fmt.Errorf("find the size of the layer %s: %w", b.Digest, err)
		}
		all = append(all, b)
	}
	config, err := text(img.ConfigName, img.RawConfigFile)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	manifest, err := text(img.Digest, img.RawManifest)
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	return append(all, config, manifest), nil
}

func text(digest func() (v1.Hash, error), content func() ([]byte, error)) (Blob, error) {
	hash, err := digest()
	if err != nil {
		return Blob{}, err
	}
	text, err := content()
	return Blob{
		Digest: hash, Size: int64(len(text)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil },
	}, err
}
