package browser

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
)

// started tells which commands were started.
type started chan []string

func (s started) Run(ctx context.Context, c command.Command) ([]byte, error) {
	if ctx.Err() == nil { // else a real one would not have started
		s <- c.Argv
	}
	return nil, nil
}

// screen of a system on which one variable is set.
func screen(runner command.Runner, system, set string) Screen {
	return Screen{Runner: runner, System: system, Env: func(name string) string {
		if name == set {
			return "something"
		}
		return ""
	}}
}

const url = "http://127.0.0.1:3000"

func TestShow(t *testing.T) {
	for _, c := range []struct {
		system, set string
		want        []string
	}{
		{"linux", "DISPLAY", []string{"xdg-open", url}},
		{"linux", "WAYLAND_DISPLAY", []string{"xdg-open", url}},
		{"darwin", "", []string{"open", url}},
	} {
		runner := make(started)
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // the browser goes on when we end
		screen(runner, c.system, c.set).Show(ctx, url)
		require.Equal(t, c.want, <-runner)
	}
}

func TestWithoutAScreenNothingIsStarted(t *testing.T) {
	for system, set := range map[string]string{"linux": "SSH_CONNECTION", "darwin": "SSH_CONNECTION", "plan9": "DISPLAY"} {
		require.Nil(t, screen(nil, system, set).opener(url))
		screen(nil, system, set).Show(t.Context(), url)
	}
}
