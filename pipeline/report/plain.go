package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"firedrill/pipeline/event"
)

// patience is how long plain lines stay silent about work that goes on: a
// log should show that something moves and still be short enough to read.
const patience = 15 * time.Second

// plain writes one line for each thing worth telling:
//
//	05:12:33  images      prometheus: built (42.1 s)
type plain struct {
	out io.Writer
	rec *recorder

	mu   sync.Mutex
	said map[string]time.Time
	err  error
}

func newPlain(out io.Writer) *plain {
	return &plain{out: out, rec: newRecorder(), said: map[string]time.Time{}}
}

// Sink implements Reporter.
func (p *plain) Sink() event.Sink {
	record := p.rec.Sink()
	return func(e event.Event) {
		p.mu.Lock()
		defer p.mu.Unlock()
		record(e)
		if text := p.text(e); text != "" {
			p.write(e, text)
		}
	}
}

// Close implements Reporter.
func (p *plain) Close() error { return p.err }

// text is what to say about an event, empty for nothing.
func (p *plain) text(e event.Event) string {
	m := p.rec.Model()
	w, parts := m.work(e.Step, e.Item)
	switch {
	case e.Step == stepRun && e.Item == "":
		return runText(m, e)
	case e.State == event.Started:
		p.said[e.Step+"\n"+e.Item] = e.Time
		if e.Item == "" {
			return "started"
		}
		return ""
	case e.State == event.Progress:
		return p.progress(e)
	case e.Item == "":
		return withProblem(stepHeadline(w), problem(w, parts))
	default:
		return withProblem(itemPrefix(e.Item)+headline(w), problem(w, nil))
	}
}

func (p *plain) progress(e event.Event) string {
	key := e.Step + "\n" + e.Item
	if e.Time.Sub(p.said[key]) < patience {
		return ""
	}
	p.said[key] = e.Time
	return itemPrefix(e.Item) + cleanLine(e.Message)
}

func itemPrefix(item string) string {
	if item == "" {
		return ""
	}
	return cleanLine(item) + ": "
}

func withProblem(text, problem string) string {
	if problem == "" {
		return text
	}
	return text + "\n" + problem
}

// runText is what there is to say of the run itself: its name at the start,
// the verdict at the end.
func runText(m *Model, e event.Event) string {
	switch {
	case e.State == event.Started:
		info := m.info()
		if info.Name == "" {
			return "started"
		}
		return fmt.Sprintf("%s started on %s", cleanLine(info.Name), plural(info.HostCores, "core"))
	case e.State.Ended():
		text := fmt.Sprintf("%s (%s): %s", m.Run.Status, span(m.Run.Seconds), cleanLine(m.Verdict()))
		return withProblem(withProblem(text, alarmTable(m, 0)), problem(&m.Run, allParts(m)))
	}
	return ""
}

// allParts are all steps and all their items: whatever may have told already
// why the run failed.
func allParts(m *Model) []*Work {
	parts := append([]*Work(nil), m.Steps...)
	for _, s := range m.Steps {
		parts = append(parts, s.Items...)
	}
	return parts
}

func (p *plain) write(e event.Event, text string) {
	head := fmt.Sprintf("%s  %-11s ", e.Time.Format("15:04:05"), cleanLine(e.Step))
	// The gutter tells a message of several lines from the lines around it,
	// and keeps a CI system from taking one of them for a command.
	margin := strings.Repeat(" ", len([]rune(head))) + "│ "
	_, err := fmt.Fprintln(p.out, head+indent(text, margin))
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("write progress: %w", err)
	}
}
