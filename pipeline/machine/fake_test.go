package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"firedrill/pipeline/command"
)

// fakeRunner stands for the programs of a recorded machine.
type fakeRunner struct {
	// paths are the programs that are installed, by name.
	paths map[string]string
	// engines answer by path.
	engines map[string]*fakeEngine
	// answers are what other programs print, by command line.
	answers map[string]string
	// failures are what other programs complain about, by command line; each
	// happens once.
	failures map[string]string

	mu    sync.Mutex
	calls []string
}

func (f *fakeRunner) look(name string) (string, error) {
	if path, ok := f.paths[name]; ok {
		return path, nil
	}
	return "", fmt.Errorf("%s: not found", name)
}

func (f *fakeRunner) Run(ctx context.Context, c command.Command) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	line := strings.Join(c.Argv, " ")
	f.calls = append(f.calls, line)
	if ctx.Err() != nil {
		return nil, &command.Error{Command: c, Err: context.Cause(ctx)}
	}
	out, said := f.answers[line], f.failures[line]
	delete(f.failures, line)
	if e, ok := f.engines[c.Argv[0]]; ok {
		out, said = e.answer(c)
	}
	if said != "" {
		return []byte(out), &command.Error{Command: c, Output: said, Err: errors.New("exit status 1")}
	}
	return []byte(out), nil
}

// fakeEngine keeps account of what was created and not removed again.
type fakeEngine struct {
	info     string
	infoSays string // what `info` complains about
	// start is what starting a container complains about, under the engine
	// configuration that was named in the environment.
	start func(conf string) string
	// fails is what any other call complains about, by its first word.
	fails map[string]string

	left   map[string]bool
	loaded []byte
}

func (e *fakeEngine) answer(c command.Command) (stdout, stderr string) {
	if e.left == nil {
		e.left = map[string]bool{}
	}
	args := c.Argv[1:]
	last := args[len(args)-1]
	if args[0] == "info" {
		return e.info, e.infoSays
	}
	if said, ok := e.fails[args[0]]; ok {
		return "", said
	}
	switch strings.Join(args[:min(2, len(args))], " ") {
	case "load":
		e.loaded, _ = io.ReadAll(c.Stdin)
		e.left["image"] = true
	case "network create":
		e.left["network "+last] = true
	case "network rm":
		return "", e.remove("network " + last)
	case "image rm":
		return "", e.remove("image")
	case "rm -f":
		return "", e.remove("container " + last)
	case "run --rm":
		return "", e.run(c, args)
	}
	return "", ""
}

func (e *fakeEngine) run(c command.Command, args []string) (stderr string) {
	if e.start == nil {
		return ""
	}
	var conf string
	for _, v := range c.Env {
		if _, file, ok := strings.Cut(v, "="); ok && strings.HasPrefix(v, "CONTAINERS_CONF") {
			text, err := os.ReadFile(file)
			if err != nil {
				return err.Error()
			}
			conf = string(text)
		}
	}
	said := e.start(conf)
	if said != "" { // a container that could not start may stay
		for n, a := range args {
			if a == "--name" {
				e.left["container "+args[n+1]] = true
			}
		}
	}
	return said
}

func (e *fakeEngine) remove(what string) (stderr string) {
	if !e.left[what] {
		return "Error: no such " + what
	}
	delete(e.left, what)
	return ""
}
