package command_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
)

func TestRunReturnsStdout(t *testing.T) {
	out, err := command.OS{}.Run(t.Context(), command.Command{
		Argv: []string{"sh", "-c", `cat; echo "$WHO"`}, Env: []string{"WHO=drill"}, Stdin: strings.NewReader("fire "),
	})
	require.NoError(t, err)
	require.Equal(t, "fire drill\n", string(out))
}

func TestRunStreamsStdout(t *testing.T) {
	var got bytes.Buffer
	out, err := command.OS{}.Run(t.Context(), command.Command{Argv: []string{"echo", "streamed"}, Stdout: &got})
	require.NoError(t, err)
	require.Empty(t, out)
	require.Equal(t, "streamed\n", got.String())
}

func TestRunCopiesStderr(t *testing.T) {
	var got bytes.Buffer
	_, err := command.OS{}.Run(t.Context(), command.Command{Argv: []string{"sh", "-c", "echo lost >&2; exit 1"}, Stderr: &got})
	require.ErrorContains(t, err, "exit status 1: lost")
	require.Equal(t, "lost\n", got.String())
}

func TestErrorQuotesCommandAndOutput(t *testing.T) {
	_, err := command.OS{}.Run(t.Context(), command.Command{
		Argv: []string{"sh", "-c", "echo no such pool >&2; exit 3"}, Env: []string{"A=b c"},
	})
	require.EqualError(t, err, "`A='b c' sh -c 'echo no such pool >&2; exit 3'`: exit status 3: no such pool")
}

func TestErrorQuotesStdoutWhereStderrIsEmpty(t *testing.T) {
	_, err := command.OS{}.Run(t.Context(), command.Command{Argv: []string{"sh", "-c", "echo said here; exit 1"}})
	require.ErrorContains(t, err, "exit status 1: said here")
}

func TestErrorQuotesTheEndOfLongOutput(t *testing.T) {
	_, err := command.OS{}.Run(t.Context(), command.Command{
		Argv: []string{"sh", "-c", "seq 1 10000 >&2; echo the end >&2; exit 1"},
	})
	require.ErrorContains(t, err, "the end")
	require.Less(t, len(err.Error()), 5000)
}

func TestNotFound(t *testing.T) {
	_, err := command.OS{}.Run(t.Context(), command.Command{Argv: []string{"no-such-program-here"}})
	require.True(t, command.NotFound(err))
	_, err = command.OS{}.Run(t.Context(), command.Command{Argv: []string{"false"}})
	require.False(t, command.NotFound(err))
}

// TestCommandIsPasteable gives the printed command to a shell.
func TestCommandIsPasteable(t *testing.T) {
	c := command.Command{
		Env:  []string{"GREETING=it's me"},
		Argv: []string{"sh", "-c", `printf '%s|' "$GREETING" "$@"`, "-", "two words", "{{json .}}", "$HOME", ""},
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", c.String()).Output()
	require.NoError(t, err, c.String())
	require.Equal(t, "it's me|two words|{{json .}}|$HOME||", string(out))
}

func TestErrorNamesWhyItsContextEnded(t *testing.T) {
	slow := errors.New("too slow")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, slow)
	defer cancel()
	_, err := command.OS{}.Run(ctx, command.Command{Argv: []string{"sleep", "60"}})
	require.ErrorIs(t, err, slow)
}

func TestCancelEndsTheWholeGroup(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := command.OS{}.Run(ctx, command.Command{Argv: []string{"sh", "-c", "sleep 60 & wait"}})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), 4*time.Second)
}

// What ignores SIGTERM does not outlive the command that started it.
func TestCancelKillsWhatIgnoresSIGTERM(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		const stubborn = `trap "" TERM; exec >"$0" 2>&1; echo $$; exec sleep 600`
		_, err := command.OS{}.Run(ctx, command.Command{Argv: []string{"sh", "-c", `sh -c "$1" "$0" & wait`, fifo, stubborn}})
		ended <- err
	}()
	written, err := os.Open(fifo)
	require.NoError(t, err)
	defer written.Close()
	var child int
	_, err = fmt.Fscanln(written, &child)
	require.NoError(t, err)
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	// The child holds the pipe open for as long as it lives.
	gone := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, written)
		gone <- err
	}()
	select {
	case err := <-gone:
		require.NoError(t, err)
	case <-time.After(20 * time.Second):
		_ = syscall.Kill(child, syscall.SIGKILL)
		t.Fatal("a child goes on after its command was killed")
	}
}
