// Package registry takes images from registries and puts them into one of the
// user's own.
package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Client talks to registries.
type Client struct {
	// Mirror is HOST[:PORT][/PREFIX] of a registry that stands for all others:
	// quay.io/prometheus/prometheus is asked for as
	// MIRROR/quay.io/prometheus/prometheus. Empty for the registries themselves.
	Mirror string
	Arch   string
	// Timeout bounds each question and each image, Backoff the pause before a
	// question is asked again.
	AnswerTimeout, ImageTimeout time.Duration
	Backoff                     remote.Backoff
	Transport                   http.RoundTripper
}

// New is a client with the usual patience.
func New(mirror, arch string) Client {
	return Client{
		Mirror: strings.TrimSuffix(mirror, "/"), Arch: arch,
		AnswerTimeout: 30 * time.Second, ImageTimeout: 20 * time.Minute,
		Backoff:   remote.Backoff{Duration: time.Second, Factor: 3, Jitter: 0.1, Steps: 3},
		Transport: remote.DefaultTransport,
	}
}

// reference is where an image is to be had.
func (c Client) reference(image string) (name.Tag, error) {
	tag, err := name.NewTag(image)
	if err != nil || c.Mirror == "" {
		return tag, err
	}
	host := tag.RegistryStr()
	if host == name.DefaultRegistry {
		host = "docker.io"
	}
	// A registry's port is no part of a path.
	host = strings.ReplaceAll(host, ":", "-")
	return name.NewTag(c.Mirror + "/" + host + "/" + tag.RepositoryStr() + ":" + tag.TagStr())
}

func (c Client) options(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithTransport(c.Transport),
		remote.WithRetryBackoff(c.Backoff), remote.WithPlatform(v1.Platform{OS: "linux", Architecture: c.Arch}),
	}
}

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
