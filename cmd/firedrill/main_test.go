package main

import (
	"bytes"
	"context"
	"errors"
	"log"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"

	"firedrill/pipeline"
)

// TestMain lets the test's own binary be the program, or libraries of it that
// grumble.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_GRUMBLE") != "" {
		quiet()
		log.Print("helm")
		klog.Error("client-go")
		klog.FromContext(context.Background()).Error(nil, "client-go")
		runtime.HandleErrorWithContext(context.Background(), errors.New("broken pipe"), "Error copying from local connection to remote stream")
		return
	}
	if os.Getenv("TEST_AS_FIREDRILL") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func firedrill(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "TEST_AS_FIREDRILL=yes")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if failed := (*exec.ExitError)(nil); !errors.As(err, &failed) {
		require.NoError(t, err)
	}
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

// TestLibrariesAreQuiet: what they print would cross the progress.
func TestLibrariesAreQuiet(t *testing.T) {
	t.Setenv("TEST_GRUMBLE", "yes")
	out, said, code := firedrill(t)
	require.Zero(t, code)
	require.Empty(t, out)
	require.Empty(t, said)
}

func TestAnErrorIsPrintedOnceAndTheExitCodeTellsOfIt(t *testing.T) {
	out, said, code := firedrill(t, "bogus")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Equal(t, "firedrill: unknown command \"bogus\" for \"firedrill\"\n", said)
}

// TestItIsKnownWhoEndedTheProgram: of its time limit nobody knows yet, of Ctrl-C
// whoever pressed it.
func TestItIsKnownWhoEndedTheProgram(t *testing.T) {
	for signal, outside := range map[syscall.Signal]bool{syscall.SIGTERM: true, syscall.SIGINT: false} {
		ctx := signalled()
		require.NoError(t, syscall.Kill(os.Getpid(), signal))
		<-ctx.Done()
		var ended pipeline.Ended
		require.Equal(t, outside, errors.As(context.Cause(ctx), &ended), signal)
		require.EqualError(t, context.Cause(ctx), signal.String()+" signal received")
		require.ErrorIs(t, context.Cause(ctx), context.Canceled)
	}
}

func TestSuccessIsSilentOnStandardError(t *testing.T) {
	out, said, code := firedrill(t, "version")
	require.Zero(t, code)
	require.NotEmpty(t, out)
	require.Empty(t, said)
}
