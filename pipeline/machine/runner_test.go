package machine

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestCommandIsPasteable gives the printed command to a shell.
func TestCommandIsPasteable(t *testing.T) {
	c := Command{Env: []string{"GREETING=it's me"}, Args: []string{"sh", "-c", `printf '%s|' "$GREETING" "$@"`, "-", "two words", "{{json .}}", "$HOME"}}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", c.String()).Output()
	require.NoError(t, err, c.String())
	require.Equal(t, "it's me|two words|{{json .}}|$HOME|", string(out))
}

func TestRunHandsOverInputAndEnvironment(t *testing.T) {
	out, err := programs{}.Run(t.Context(), Command{
		Args: []string{"sh", "-c", `cat; printf "$WORD"`}, Env: []string{"WORD=after"}, Stdin: strings.NewReader("before "),
	})
	require.NoError(t, err)
	require.Equal(t, "before after", out)
}

func TestRunErrorSaysWhatTheProgramSaid(t *testing.T) {
	_, err := programs{}.Run(t.Context(), Command{Args: []string{"sh", "-c", "echo no such luck >&2; exit 3"}})
	var failed *RunError
	require.ErrorAs(t, err, &failed)
	require.EqualError(t, err, "`sh -c 'echo no such luck >&2; exit 3'`: no such luck")
	var status *exec.ExitError
	require.ErrorAs(t, err, &status)
	require.Equal(t, 3, status.ExitCode())

	_, err = programs{}.Run(t.Context(), Command{Args: []string{"false"}})
	require.EqualError(t, err, "`false`: exit status 1")
}

func TestRunEndsWithItsContext(t *testing.T) {
	slow := errors.New("too slow")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, slow)
	defer cancel()
	start := time.Now()
	_, err := programs{}.Run(ctx, Command{Args: []string{"sleep", "60"}})
	require.ErrorIs(t, err, slow)
	require.Less(t, time.Since(start), 30*time.Second)
}
