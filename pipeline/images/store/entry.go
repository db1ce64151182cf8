package store

import (
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Entry is one image of the store.
type Entry struct {
	Name string
	// Key stands for everything that the image was made from; an image with the
	// same key need not be made again.
	Key string
	// Layers are the keys of the layers, from the lowest up, so that a layer
	// can serve the next build of the image.
	Layers  []string
	Source  string
	Seconds float64 // that getting it took
	// Within is the image that this one is a part of, if any.
	Within string
	// Origin is the digest by which a registry gave it, if one did.
	Origin string

	Digest v1.Hash
}
