//go:build e2e

package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/stretchr/testify/require"
)

// Deadlines are for a machine with two cores that does other work too. They only
// end what hangs: the longest run takes some four minutes on an idle one.
const (
	momentTimeout = 20 * time.Minute
	endTimeout    = 20 * time.Minute
)

// program is the program while it runs.
type program struct {
	s    *site
	args []string
	cmd  *exec.Cmd
	out  string // folder of its report
	done chan struct{}
}

// start runs the program in the repository's root, where firedrill.yaml is.
func (s *site) start(args ...string) *program {
	s.t.Helper()
	p := &program{s: s, args: args, out: s.t.TempDir(), done: make(chan struct{})}
	stderr, err := os.Create(p.stderrFile())
	require.NoError(s.t, err)
	p.cmd = exec.Command(s.binary, append([]string{"--out", p.out}, args...)...)
	p.cmd.Dir, p.cmd.Env = "..", s.env
	// A file and no pipe: children that outlive the program do not hold it up.
	p.cmd.Stdout, p.cmd.Stderr = stderr, stderr
	require.NoError(s.t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait()
		_ = stderr.Close()
		close(p.done)
	}()
	return p
}

// run runs the program to its end, which has to be a good one.
func (s *site) run(args ...string) {
	s.t.Helper()
	p := s.start(args...)
	require.Zero(s.t, p.wait(), "exit status of %v\n%s", args, p.stderr())
}

// wait waits for the program's end and gives its exit status, -1 if a signal
// ended it.
func (p *program) wait() int {
	p.s.t.Helper()
	return p.waitFor(endTimeout)
}

func (p *program) waitFor(limit time.Duration) int {
	p.s.t.Helper()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(limit):
		_ = p.cmd.Process.Kill()
		require.FailNow(p.s.t, "the program does not end", "%v within %s\n%s", p.args, limit, p.stderr())
		return -1
	}
}

// kill ends the program, and only it: its children live on, which is harder to
// clean up after than the end of all.
func (p *program) kill() {
	p.s.t.Helper()
	require.NoError(p.s.t, p.cmd.Process.Kill())
	require.Equal(p.s.t, -1, p.wait(), "%v ended before it was killed\n%s", p.args, p.stderr())
}

// interrupt presses Ctrl-C.
func (p *program) interrupt() {
	p.s.t.Helper()
	require.NoError(p.s.t, p.cmd.Process.Signal(syscall.SIGINT))
}

func (p *program) stderrFile() string { return filepath.Join(p.out, "stderr") }

// stderr is what the program has printed, for failures.
func (p *program) stderr() string {
	text, err := os.ReadFile(p.stderrFile())
	if err != nil {
		return err.Error()
	}
	return string(text)
}
