package registry_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	server "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/registry"
)

const image = "quay.io/team/tool:v1"

func sample(t *testing.T, text string) v1.Image {
	t.Helper()
	l, err := layer.Write(t.TempDir(), []layer.Entry{{Path: "/text", Mode: 0o644, Content: []byte(text)}}, layer.NewTree())
	require.NoError(t, err)
	img, err := mutate.AppendLayers(empty.Image, l)
	require.NoError(t, err)
	config, err := img.ConfigFile()
	require.NoError(t, err)
	config.OS, config.Architecture = "linux", "amd64"
	img, err = mutate.ConfigFile(img, config)
	require.NoError(t, err)
	return img
}

// client asks the server at url for everything, without patience.
func client(url string) registry.Client {
	c := registry.New(strings.TrimPrefix(url, "http://")+"/mirror", "amd64")
	c.AnswerTimeout, c.ImageTimeout = 5*time.Second, 5*time.Second
	c.Backoff = remote.Backoff{Duration: time.Millisecond, Factor: 1, Steps: 3}
	return c
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func pull(t *testing.T, c registry.Client, digest string) v1.Image {
	t.Helper()
	var got v1.Image
	require.NoError(t, c.Pull(t.Context(), image, digest, func(img v1.Image) error { got = img; return nil }))
	return got
}

func TestPushResolvePull(t *testing.T) {
	c := client(serve(t, server.New()))
	img := sample(t, "one")
	pushed, err := c.Push(t.Context(), image, img)
	require.NoError(t, err)
	byTag, err := c.Resolve(t.Context(), image, "")
	require.NoError(t, err)
	require.Equal(t, pushed, byTag)
	byPin, err := c.Resolve(t.Context(), image, pushed)
	require.NoError(t, err)
	require.Equal(t, pushed, byPin)
	digest, err := pull(t, c, pushed).Digest()
	require.NoError(t, err)
	require.Equal(t, pushed, digest.String())
}

func TestImageForThisPlatformOutOfAList(t *testing.T) {
	url := serve(t, server.New())
	ours, other := sample(t, "ours"), sample(t, "other")
	index := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: other, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "s390x"}}},
		mutate.IndexAddendum{Add: ours, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}}})
	c := client(url)
	require.NoError(t, push(url, index))
	list, err := index.Digest()
	require.NoError(t, err)
	got, err := c.Resolve(t.Context(), image, list.String())
	require.NoError(t, err)
	require.Equal(t, list.String(), got, "the pin of public images is that of their list")
	want, err := ours.Digest()
	require.NoError(t, err)
	digest, err := pull(t, c, got).Digest()
	require.NoError(t, err)
	require.Equal(t, want, digest)
}

func TestWrongPinNamesWhatTheTagStandsFor(t *testing.T) {
	c := client(serve(t, server.New()))
	pushed, err := c.Push(t.Context(), image, sample(t, "one"))
	require.NoError(t, err)
	pin := "sha256:" + strings.Repeat("0", 64)
	_, err = c.Resolve(t.Context(), image, pin)
	require.ErrorContains(t, err, "with the pinned digest "+pin)
	require.ErrorContains(t, err, "the tag stands for "+pushed)
}

func TestMissingTag(t *testing.T) {
	c := client(serve(t, server.New()))
	_, err := c.Resolve(t.Context(), image, "")
	require.ErrorContains(t, err, "quay.io/team/tool:v1: check the name and the tag")
	_, err = c.Resolve(t.Context(), image, "sha256:"+strings.Repeat("0", 64))
	require.ErrorContains(t, err, "does not have the tag either")
}

func TestServerErrorsAreTriedAgain(t *testing.T) {
	var calls atomic.Int32
	inner := server.New()
	c := client(serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && calls.Add(1)%2 == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		inner.ServeHTTP(w, r)
	})))
	pushed, err := c.Push(t.Context(), image, sample(t, "one"))
	require.NoError(t, err)
	got, err := c.Resolve(t.Context(), image, "")
	require.NoError(t, err)
	require.Equal(t, pushed, got)
}

func TestRegistryThatOnlyFails(t *testing.T) {
	c := client(serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
	})))
	_, err := c.Resolve(t.Context(), image, "")
	require.ErrorContains(t, err, "for the image "+image)
	require.ErrorContains(t, err, "500")
	require.False(t, c.Answers(t.Context(), image))
}

func TestRegistryThatHangs(t *testing.T) {
	end := make(chan struct{})
	url := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-end:
		}
	}))
	t.Cleanup(func() { close(end) }) // before the server's own, which waits
	c := client(url)
	c.AnswerTimeout, c.ImageTimeout = 50*time.Millisecond, 50*time.Millisecond
	_, err := c.Resolve(t.Context(), image, "")
	require.ErrorContains(t, err, "no answer within 50ms")
	require.ErrorContains(t, err, "--images source")
	err = c.Pull(t.Context(), image, "sha256:"+strings.Repeat("0", 64), func(v1.Image) error { return nil })
	require.ErrorContains(t, err, "not complete within 50ms")
	_, err = c.Push(t.Context(), image, sample(t, "one"))
	require.ErrorContains(t, err, "not complete within 50ms")
}

func TestAnswers(t *testing.T) {
	require.True(t, client(serve(t, server.New())).Answers(t.Context(), image))
	login := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	require.True(t, client(login).Answers(t.Context(), image), "one that wants a login is there")
	gone := httptest.NewServer(server.New())
	gone.Close()
	require.False(t, client(gone.URL).Answers(t.Context(), image))
}

func TestNameThatIsNone(t *testing.T) {
	c := client("http://127.0.0.1:1")
	_, err := c.Resolve(t.Context(), "NOT A NAME", "")
	require.ErrorContains(t, err, "NOT A NAME")
}

// push puts a list of images where the client looks for the image.
func push(url string, index v1.ImageIndex) error {
	ref, err := name.ParseReference(strings.TrimPrefix(url, "http://") + "/mirror/" + image)
	if err != nil {
		return err
	}
	return remote.WriteIndex(ref, index)
}
