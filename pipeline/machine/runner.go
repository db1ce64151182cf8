package machine

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Command is a call of an external program.
type Command struct {
	Args  []string
	Env   []string // KEY=VALUE, on top of the environment of this process
	Stdin io.Reader
}

// String is the command as a line to paste into a shell.
func (c Command) String() string {
	words := make([]string, 0, len(c.Env)+len(c.Args))
	for _, setting := range c.Env {
		key, value, _ := strings.Cut(setting, "=")
		words = append(words, key+"="+quoted(value))
	}
	for _, arg := range c.Args {
		words = append(words, quoted(arg))
	}
	return strings.Join(words, " ")
}

// quoted is a word that the shell reads as it is.
func quoted(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\n'\"\\$`{}()<>|&;*?#~![]") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Runner is the seam to external programs. Tests put recorded answers there.
type Runner interface {
	// Look returns the path of a program, or an error if there is none.
	Look(name string) (string, error)
	// Run returns what the program wrote to stdout. A program that fails is
	// reported as *RunError.
	Run(ctx context.Context, c Command) (stdout string, err error)
}

// RunError is a program that could not be started, failed, or was stopped.
type RunError struct {
	Command Command
	Stdout  string
	Stderr  string
	Err     error
}

// Error shows the command, ready to be pasted, and what it said.
func (e *RunError) Error() string {
	return fmt.Sprintf("`%s`: %s", e.Command, e.reason())
}

// Unwrap returns the reason as os/exec or the context gave it.
func (e *RunError) Unwrap() error { return e.Err }

// reason is the program's own words, or the exit status of a silent one.
func (e *RunError) reason() string {
	said := strings.Join(strings.Fields(e.Stderr), " ")
	if said == "" {
		return e.Err.Error()
	}
	return said
}

// grace is how long a program may take to end after it was asked to.
const grace = 2 * time.Second

// programs runs real ones.
type programs struct{}

func (programs) Look(name string) (string, error) { return exec.LookPath(name) }

func (programs) Run(ctx context.Context, c Command) (string, error) {
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Stdin = c.Stdin
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// A process group of its own: Ctrl-C on the terminal reaches us first, so
	// that we end the program and then tidy up what it left.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	err := cmd.Run()
	if err == nil {
		return stdout.String(), nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return stdout.String(), &RunError{Command: c, Stdout: stdout.String(), Stderr: stderr.String(), Err: err}
}
