package command_test

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
)

// TestBoundCommandEndsWithAKilledParent runs this test again as the parent, and
// kills it.
func TestBoundCommandEndsWithAKilledParent(t *testing.T) {
	if os.Getenv("BE_THE_PARENT") != "" {
		_, err := command.OS{}.Run(t.Context(), command.Command{
			Argv: []string{"sh", "-c", "echo child $$; exec sleep 60"}, Stdout: os.Stdout, Bound: true,
		})
		require.NoError(t, err)
		return
	}
	parent := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	parent.Env = append(os.Environ(), "BE_THE_PARENT=yes")
	stdout, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	child := childOf(t, bufio.NewScanner(stdout))
	require.NoError(t, parent.Process.Kill())
	// The child holds the pipe open for as long as it lives.
	ended := make(chan struct{})
	go func() {
		_, _ = bufio.NewReader(stdout).WriteTo(os.Stderr)
		close(ended)
	}()
	select {
	case <-ended:
		_ = parent.Wait()
	case <-time.After(20 * time.Second):
		_ = syscall.Kill(child, syscall.SIGKILL)
		t.Fatal("the command goes on after its parent was killed")
	}
}

// childOf reads the child's process ID from what it prints.
func childOf(t *testing.T, lines *bufio.Scanner) int {
	t.Helper()
	for lines.Scan() {
		if text, found := strings.CutPrefix(lines.Text(), "child "); found {
			id, err := strconv.Atoi(text)
			require.NoError(t, err)
			return id
		}
	}
	require.FailNow(t, "the parent did not start its command", "%v", lines.Err())
	return 0
}
