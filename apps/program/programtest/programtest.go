// Package programtest runs a program of ours inside a test, with its real
// ports on loopback.
package programtest

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/program"
)

// deadline is for what takes milliseconds on an idle machine.
const deadline = 30 * time.Second

// Start runs a program until the test ends and then wants it to end without an
// error. It returns the addresses on which the program says that it serves, in
// the order of the given messages of its log.
func Start(t *testing.T, name string, configure program.Configure, args []string, messages ...string) []string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	exited := make(chan int, 1)
	go func() {
		defer func() { _ = writer.Close() }()
		exited <- program.Run(ctx, name, configure, program.Process{
			Args:   args,
			Env:    func(string) (string, bool) { return "", false },
			Stdout: writer,
			Stderr: os.Stderr,
		})
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case code := <-exited:
			require.Equal(t, program.ExitOK, code, "how %s ended", name)
		case <-time.After(deadline):
			t.Errorf("%s has not ended %s after it was told to", name, deadline)
		}
	})

	found := addresses(reader, messages)
	served := make([]string, 0, len(messages))
	for _, message := range messages {
		select {
		case address := <-found[message]:
			served = append(served, address)
		case <-time.After(deadline):
			t.Fatalf("%s has not logged %q within %s", name, message, deadline)
		}
	}
	return served
}

// addresses reads a program's log to its end and passes on the address in the
// first line with each message.
func addresses(log io.Reader, messages []string) map[string]chan string {
	found := make(map[string]chan string, len(messages))
	for _, message := range messages {
		found[message] = make(chan string, 1)
	}
	go func() {
		lines := bufio.NewScanner(log)
		for lines.Scan() {
			var line struct{ Msg, Address string }
			if json.Unmarshal(lines.Bytes(), &line) != nil || line.Address == "" {
				continue
			}
			select {
			case found[line.Msg] <- line.Address:
			default: // a message that nobody waits for, or its second line
			}
		}
	}()
	return found
}
