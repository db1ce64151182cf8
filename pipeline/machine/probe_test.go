package machine

import (
	"bytes"
	"io"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"
)

// probing returns a prober of an engine that can be told to fail.
func probing(e *fakeEngine) (*prober, *fakeRunner) {
	run := &fakeRunner{engines: map[string]*fakeEngine{"engine": e}}
	return &prober{run: run, path: "engine", forget: func(string) error { return nil }}, run
}

func TestProbeBringsItsImageAlong(t *testing.T) {
	e := &fakeEngine{}
	p, run := probing(e)
	var forgotten string
	p.forget = func(folder string) error { forgotten = folder; return nil }
	require.NoError(t, p.probe(t.Context(), "arm64", asItIs))
	require.Empty(t, e.left)
	require.Regexp(t, `^/var/lib/cni/networks/firedrill-probe-[0-9a-f]{8}$`, forgotten)

	image, err := tarball.Image(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(e.loaded)), nil }, nil)
	require.NoError(t, err)
	config, err := image.ConfigFile()
	require.NoError(t, err)
	require.Equal(t, []string{"/probe"}, config.Config.Entrypoint)
	require.Equal(t, "arm64", config.Architecture)
	require.Equal(t, "true", config.Config.Labels[probeLabel])

	started := run.calls[2]
	require.Contains(t, started, "engine run --rm --privileged")
	require.Contains(t, started, "--label firedrill.probe=true")
}

// TestProbeTidiesUp has each call fail in turn.
func TestProbeTidiesUp(t *testing.T) {
	for _, failing := range []string{"load", "network", "run"} {
		t.Run(failing, func(t *testing.T) {
			e := &fakeEngine{}
			if failing == "run" {
				e.start = func(string) string { return "out of luck" }
			} else {
				e.fails = map[string]string{failing: "out of luck: no such thing"}
			}
			p, _ := probing(e)
			require.ErrorContains(t, p.probe(t.Context(), "amd64", asItIs), "out of luck")
			require.Empty(t, e.left)
		})
	}
}

func TestProbeReportsWhatItCouldNotRemove(t *testing.T) {
	p, _ := probing(&fakeEngine{fails: map[string]string{"image": "the image is held"}})
	require.ErrorContains(t, p.probe(t.Context(), "amd64", asItIs), "tidy up after the probe: `engine image rm")
}
