package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Answers asks whether the registry of an image can be reached at all, once
// and with little patience.
func (c Client) Answers(ctx context.Context, image string) bool {
	const patience = 3 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tag, err := c.reference(image)
	if err != nil {
		return false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, tag.Scheme()+"://"+tag.RegistryStr()+"/v2/", nil)
	if err != nil {
		return false
	}
	response, err := c.Transport.RoundTrip(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	// A registry that wants a login says so, which is an answer too.
	return response.StatusCode == http.StatusOK || response.StatusCode == http.StatusUnauthorized
}

// Resolve asks for an image by its pin, or by its tag if there is none, and
// returns the digest by which the registry knows it; of an image for several
// platforms that of the list of them.
func (c Client) Resolve(ctx context.Context, image, pin string) (string, error) {
	tag, err := c.reference(image)
	if err != nil {
		return "", fmt.Errorf("ask for the image %s: %w", image, err)
	}
	var ref name.Reference = tag
	if pin != "" {
		ref = tag.Digest(pin)
	}
	asking, cancel := context.WithTimeoutCause(ctx, c.AnswerTimeout, fmt.Errorf("no answer within %s", c.AnswerTimeout))
	defer cancel()
	found, err := remote.Get(ref, c.options(asking)...)
	if err != nil {
		return "", c.explain(asking, err, image, tag, pin)
	}
	return found.Digest.String(), nil
}

func (c Client) explain(ctx context.Context, err error, image string, tag name.Tag, pin string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("ask %s for the image %s: %w: check the network and the proxy, name a mirror, or build with --images source", tag.RegistryStr(), image, context.Cause(ctx))
	}
	var answer *transport.Error
	if !errors.As(err, &answer) || answer.StatusCode != http.StatusNotFound {
		return fmt.Errorf("ask %s for the image %s: %w", tag.RegistryStr(), image, err)
	}
	if pin == "" {
		return fmt.Errorf("the registry %s has no image %s: check the name and the tag", tag.RegistryStr(), tag)
	}
	now := "and does not have the tag either"
	if head, err := remote.Head(tag, c.options(ctx)...); err == nil {
		now = "; there the tag stands for " + head.Digest.String()
	}
	return fmt.Errorf("the registry %s has no image %s with the pinned digest %s %s: correct the pin, or find out who changed the image", tag.RegistryStr(), tag.Context(), pin, now)
}
