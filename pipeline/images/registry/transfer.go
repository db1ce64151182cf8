package registry

import (
	"context"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Pull gets the image for this platform and gives it to store.
func (c Client) Pull(ctx context.Context, image, digest string, store func(v1.Image) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.ImageTimeout, fmt.Errorf("not complete within %s", c.ImageTimeout))
	defer cancel()
	tag, err := c.reference(image)
	if err != nil {
		return fmt.Errorf("pull the image %s: %w", image, err)
	}
	img, err := remote.Image(tag.Digest(digest), c.options(ctx)...)
	if err == nil {
		err = store(img)
	}
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("pull the image %s from %s: %w", image, tag.RegistryStr(), err)
	}
	return nil
}

// Push puts an image into the mirror and returns the digest by which it is to
// be had there.
func (c Client) Push(ctx context.Context, image string, img v1.Image) (string, error) {
	tag, err := c.reference(image)
	if err != nil {
		return "", fmt.Errorf("push the image %s: %w", image, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.ImageTimeout, fmt.Errorf("not complete within %s", c.ImageTimeout))
	defer cancel()
	err = remote.Write(tag, img, c.options(ctx)...)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("push the image %s as %s: %w", image, tag, err)
	}
	digest, err := img.Digest()
	return digest.String(), err
}
