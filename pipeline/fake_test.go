package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
	"firedrill/pipeline/machine"
)

// fakeEngine is a container engine that keeps account of what is in it.
type fakeEngine struct {
	mu       sync.Mutex
	networks map[string]bool // by the run's name, one for each
	broken   error
	calls    []string
}

func (f *fakeEngine) Run(_ context.Context, c command.Command) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	call := strings.Join(c.Argv[1:], " ")
	f.calls = append(f.calls, call)
	if f.broken != nil {
		return nil, &command.Error{Command: c, Err: f.broken}
	}
	last := c.Argv[len(c.Argv)-1]
	switch {
	case strings.HasPrefix(call, "network ls") && strings.HasSuffix(call, "{{.Name}}"):
		var names []string
		for name := range f.networks {
			names = append(names, name)
		}
		return []byte(strings.Join(names, "\n")), nil
	case strings.HasPrefix(call, "network ls"):
		if name := last[strings.LastIndex(last, "=")+1:]; f.networks[name] {
			return []byte(name), nil
		}
	case strings.HasPrefix(call, "network rm"):
		delete(f.networks, last)
	}
	return nil, nil
}

// holding is an engine in which runs have left something.
func holding(names ...string) *fakeEngine {
	f := &fakeEngine{networks: map[string]bool{}}
	for _, name := range names {
		f.networks[name] = true
	}
	return f
}

// told keeps events as lines such as "drill: failed: no alarm".
type told struct {
	mu    sync.Mutex
	lines []string
}

func (t *told) sink(e event.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	line := e.Step
	if e.Item != "" {
		line += "/" + e.Item
	}
	line += ": " + string(e.State)
	if e.Message != "" {
		line += ": " + e.Message
	}
	t.lines = append(t.lines, line)
}

// site is the smallest firedrill.yaml there is, with a cache and a folder for
// the report of the test's own.
func site(t *testing.T) (Options, *told) {
	t.Helper()
	dir := t.TempDir()
	events := &told{}
	return Options{
		Content: filepath.Join("testdata", "site", "firedrill.yaml"),
		Cache:   filepath.Join(dir, "cache"),
		Out:     filepath.Join(dir, "out"),
		Sink:    events.sink,
	}, events
}

// working is a machine with a container engine.
func working() *machine.Machine {
	return &machine.Machine{Engine: machine.Engine{Name: "docker", Path: "docker"}}
}

// running is a state amid a run of that name.
func running(t *testing.T, name string, engine *fakeEngine) (*state, *told) {
	t.Helper()
	o, events := site(t)
	s, err := loadedState(t.Context(), o)
	require.NoError(t, err)
	s.runner = engine
	s.machine = working()
	s.run, err = o.runs().New(name)
	require.NoError(t, err)
	return s, events
}

func succeeds(context.Context, event.Sink) error { return nil }

func fails(context.Context, event.Sink) error { return errors.New("out of luck") }

func mustNotRun(context.Context, event.Sink) error {
	return fmt.Errorf("this step should have been skipped")
}
