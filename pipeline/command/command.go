// Package command is the one seam for programs that firedrill calls: argv goes
// in, output or a typed error comes out. Tests put a fake behind Runner.
package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"al.essio.dev/pkg/shellescape"
)

// Command is what is to be run.
type Command struct {
	Argv  []string
	Env   []string  // KEY=VALUE, in addition to this process' environment
	Dir   string    // working folder; empty for this process'
	Stdin io.Reader // nil for none
	// Stdout takes the output as it comes; nil collects it for Run to return.
	Stdout io.Writer
	// Stderr takes a copy of the error output as it comes; nil for none.
	Stderr io.Writer
	// Bound ends the command when this process ends, killed included, where
	// the system can do that (Linux). It is for those that would go on writing
	// files; a container engine is better left to finish what it does.
	Bound bool
}

// String is the command as it can be pasted into a shell.
func (c Command) String() string {
	words := make([]string, 0, len(c.Env)+len(c.Argv))
	for _, e := range c.Env {
		key, value, _ := strings.Cut(e, "=")
		words = append(words, key+"="+shellescape.Quote(value))
	}
	return strings.Join(append(words, shellescape.QuoteCommand(c.Argv)), " ")
}

// Runner runs commands. The context ends them: the whole process group gets
// SIGTERM and, when that is not enough, is killed.
type Runner interface {
	Run(ctx context.Context, c Command) (stdout []byte, err error)
}

// Error says which command failed, how, and what it printed.
type Error struct {
	Command Command
	Err     error  // from os/exec: not found, exit status; or the context's cause
	Output  string // the end of stderr, or of stdout where stderr is empty
}

// Error shows the command, ready to be pasted, and what it said.
func (e *Error) Error() string {
	if e.Output == "" {
		return fmt.Sprintf("`%s`: %v", e.Command, e.Err)
	}
	return fmt.Sprintf("`%s`: %v: %s", e.Command, e.Err, e.Output)
}

// Unwrap gives the reason as os/exec or the context gave it.
func (e *Error) Unwrap() error { return e.Err }

// NotFound tells whether err means that the program is not installed.
func NotFound(err error) bool {
	return errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist)
}

// OS is the Runner that starts real processes.
type OS struct{}

// grace is how long a command may take to end after SIGTERM.
const grace = 5 * time.Second

// outputTail is how much of a failed command's output an error quotes, in bytes.
const outputTail = 4 << 10

// Run starts c and waits for its end. A failure is an *Error.
func (OS) Run(ctx context.Context, c Command) ([]byte, error) {
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Dir = c.Dir
	cmd.Stdin = c.Stdin
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if c.Stdout != nil {
		cmd.Stdout = c.Stdout
	}
	if c.Stderr != nil {
		cmd.Stderr = io.MultiWriter(&stderr, c.Stderr)
	}
	// A group of its own, so that Ctrl-C reaches this program alone, which then
	// ends the command in an orderly way, with the children that it started.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = grace
	if c.Bound {
		defer bind(cmd.SysProcAttr)()
	}
	err := cmd.Run()
	if err == nil {
		return stdout.Bytes(), nil
	}
	if ctx.Err() != nil {
		killRest(cmd)
		err = context.Cause(ctx)
	}
	output := tail(stderr.Bytes())
	if output == "" {
		output = tail(stdout.Bytes())
	}
	return stdout.Bytes(), &Error{Command: c, Err: err, Output: output}
}

// killRest ends what is left of the command's group: os/exec kills its leader
// alone. That nothing is left is well.
func killRest(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

func tail(b []byte) string {
	if len(b) > outputTail {
		b = b[len(b)-outputTail:]
	}
	return strings.TrimSpace(string(b))
}
