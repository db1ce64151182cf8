package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProgramThatFails(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	_, _, err := program{argv: []string{"sh", "-c", "echo kubelet is sad >&2; exit 3"}, log: log}.run(t.Context())
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, "kubelet is sad")
	require.ErrorContains(t, err, log)
}

// An interrupted program is asked to end and given the time to clean up.
func TestProgramThatIsInterrupted(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	why := errors.New("Ctrl-C")
	ctx, interrupt := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() {
		script := `trap 'echo gone >removed; exit 1' TERM; echo up >&2; sleep 60 & wait`
		_, _, err := program{argv: []string{"sh", "-c", script}, dir: dir, log: log}.run(ctx)
		done <- err
	}()
	require.Eventually(t, func() bool {
		text, _ := os.ReadFile(log)
		return strings.Contains(string(text), "up")
	}, 10*time.Second, 5*time.Millisecond)
	interrupt(why)
	require.ErrorIs(t, <-done, why)
	require.FileExists(t, filepath.Join(dir, "removed"))
}
