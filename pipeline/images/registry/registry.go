// Package registry takes images from registries and puts them into one of the
// user's own.
package registry

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
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
