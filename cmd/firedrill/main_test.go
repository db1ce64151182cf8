package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test's own binary be the program.
func TestMain(m *testing.M) {
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

func TestAnErrorIsPrintedOnceAndTheExitCodeTellsOfIt(t *testing.T) {
	out, said, code := firedrill(t, "bogus")
	require.Equal(t, 1, code)
	require.Empty(t, out)
	require.Equal(t, "firedrill: unknown command \"bogus\" for \"firedrill\"\n", said)
}

func TestSuccessIsSilentOnStandardError(t *testing.T) {
	out, said, code := firedrill(t, "version")
	require.Zero(t, code)
	require.NotEmpty(t, out)
	require.Empty(t, said)
}
