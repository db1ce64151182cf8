package main

import (
	"bytes"
	"context"
	"errors"
	"log"
	"os"
	"os/exec"
	"os/signal"
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

// requireEnd ends the program by signals, of which the first one that is not ignored
// counts, and requires it to know which that was, and whether it came from outside.
func requireEnd(t *testing.T, fromOutside bool, says string, signals ...syscall.Signal) {
	t.Helper()
	ctx := signalled()
	for _, sent := range signals {
		require.NoError(t, syscall.Kill(os.Getpid(), sent))
	}
	<-ctx.Done()
	var ended pipeline.Ended
	require.Equal(t, fromOutside, errors.As(context.Cause(ctx), &ended), says)
	require.EqualError(t, context.Cause(ctx), says+" signal received")
	require.ErrorIs(t, context.Cause(ctx), context.Canceled)
}

// TestItIsKnownWhoEndedTheProgram: of its time limit nobody knows yet, of Ctrl-C
// whoever pressed it.
func TestItIsKnownWhoEndedTheProgram(t *testing.T) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP) // the test itself may run under nohup(1)
	defer signal.Stop(c)
	requireEnd(t, true, "terminated", syscall.SIGTERM)
	requireEnd(t, true, "hangup", syscall.SIGHUP)
	requireEnd(t, false, "interrupt", syscall.SIGINT)
}

// TestWhatIsToStayStays: by nohup(1) a run goes on without its terminal.
func TestWhatIsToStayStays(t *testing.T) {
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	requireEnd(t, true, "terminated", syscall.SIGHUP, syscall.SIGTERM)
}

// TestARunOutlivesWhoReadsItsProgress: Ctrl-C ends the tee(1) behind it at once.
func TestARunOutlivesWhoReadsItsProgress(t *testing.T) {
	read, write, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, read.Close())
	defer write.Close()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "bogus")
	cmd.Env = append(os.Environ(), "TEST_AS_FIREDRILL=yes")
	cmd.Stderr = write
	var failed *exec.ExitError
	require.ErrorAs(t, cmd.Run(), &failed)
	require.Equal(t, 1, failed.ExitCode(), "%s: it came to its own end", failed)
}

func TestSuccessIsSilentOnStandardError(t *testing.T) {
	out, said, code := firedrill(t, "version")
	require.Zero(t, code)
	require.NotEmpty(t, out)
	require.Empty(t, said)
}
