//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

// moment is a point in the program's work that a test waits for.
type moment struct {
	what    string
	reached func(*program) bool
}

// says is the moment of an event of this step, with an item and a message that
// begin like this.
func says(step, item, message string) moment {
	return moment{
		what: "event " + step + "/" + item + ": " + message,
		reached: func(p *program) bool {
			for _, e := range p.events() {
				if e.Step == step && strings.HasPrefix(e.Item, item) && strings.HasPrefix(e.Message, message) {
					return true
				}
			}
			return false
		},
	}
}

// calls is the moment at which the program has a child with these words in its
// command line.
func calls(words string) moment {
	return moment{
		what: "call of " + words,
		reached: func(p *program) bool {
			for _, command := range p.s.processes() {
				if strings.Contains(command, words) {
					return true
				}
			}
			return false
		},
	}
}

// await waits for the moment.
func (p *program) await(m moment) {
	t := p.s.t
	t.Helper()
	deadline := time.After(momentTimeout)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !m.reached(p) {
		select {
		case <-p.done:
			require.FailNow(t, "the program ended before the moment", "%v before the %s\n%s", p.args, m.what, p.stderr())
		case <-deadline:
			require.FailNow(t, "the moment does not come", "%v: no %s within %s\n%s", p.args, m.what, momentTimeout, p.stderr())
		case <-look.C:
		}
	}
}

// events are those written so far. The last line may be half written.
func (p *program) events() []event.Event {
	text, _ := os.ReadFile(filepath.Join(p.out, "events.jsonl"))
	var all []event.Event
	for line := range bytes.Lines(text) {
		var e event.Event
		if json.Unmarshal(line, &e) == nil {
			all = append(all, e)
		}
	}
	return all
}
