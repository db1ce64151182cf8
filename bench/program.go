package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// farewell is how long an interrupted program may take to remove what it made.
const farewell = 3 * time.Minute

// logTail is how much of a failed program's log an error quotes, in bytes.
const logTail = 2 << 10

// program is one that works for minutes and removes what it made, also when
// it is interrupted. The seam command.Runner has no such patience.
type program struct {
	argv []string
	env  []string // in addition to this process' own
	dir  string
	log  string // file for its standard error
}

// run returns what the program printed and how long it took.
func (p program) run(ctx context.Context) (stdout string, seconds float64, err error) {
	log, err := os.Create(p.log)
	if err != nil {
		return "", 0, fmt.Errorf("keep the log of %s: %w", p.argv[0], err)
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, p.argv[0], p.argv[1:]...)
	cmd.Env, cmd.Dir = append(os.Environ(), p.env...), p.dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, log
	// A group of its own, so that Ctrl-C does not reach it twice: by the
	// terminal and by us.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = farewell
	start := time.Now()
	err = cmd.Run()
	seconds = time.Since(start).Seconds()
	if ctx.Err() != nil {
		return "", seconds, context.Cause(ctx)
	}
	if err != nil {
		return "", seconds, fmt.Errorf("%s: %w; the end of %s:\n%s", strings.Join(p.argv, " "), err, p.log, tail(p.log))
	}
	return out.String(), seconds, nil
}

func tail(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-logTail):])
}
