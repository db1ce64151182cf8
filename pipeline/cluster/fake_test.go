package cluster

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"firedrill/pipeline/command"
)

// fakeEngine answers for docker or podman: what is there, and what was asked.
type fakeEngine struct {
	mu       sync.Mutex
	calls    []string
	fed      map[string]string // command -> what came on its standard input
	answers  map[string]string // command prefix -> output
	failures map[string]error  // command prefix -> error
}

func (f *fakeEngine) Run(_ context.Context, c command.Command) ([]byte, error) {
	call := strings.Join(c.Argv[1:], " ")
	if c.Stdin != nil {
		text, err := io.ReadAll(c.Stdin)
		if err != nil {
			return nil, err
		}
		f.record(func() { f.fed[call] = string(text) })
	}
	f.record(func() { f.calls = append(f.calls, call) })
	for prefix, err := range f.failures {
		if strings.HasPrefix(call, prefix) {
			return nil, err
		}
	}
	for prefix, out := range f.answers {
		if strings.HasPrefix(call, prefix) {
			return []byte(out), nil
		}
	}
	return nil, nil
}

func (f *fakeEngine) record(write func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fed == nil {
		f.fed = map[string]string{}
	}
	write()
}

// shrinkingEngine has a network, and for some rounds a container, as when a
// client of a killed run still makes one while it is being cleaned up.
type shrinkingEngine struct {
	rounds, removed int
	networkGone     bool
}

func (s *shrinkingEngine) Run(_ context.Context, c command.Command) ([]byte, error) {
	switch c.Argv[1] {
	case "network":
		if c.Argv[2] == "rm" {
			s.networkGone = true
		}
		if !s.networkGone {
			return []byte("run\n"), nil
		}
	case "ps":
		if s.removed < s.rounds {
			return []byte("0123456789ab\n"), nil
		}
	case "rm":
		s.removed++
	}
	return nil, nil
}

// contextThatEnds gives a context with a deadline short enough for a test.
func contextThatEnds(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), 200*time.Millisecond)
}
