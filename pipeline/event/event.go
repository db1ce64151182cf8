// Package event is the one stream that a run produces. Steps write events,
// reporters read them: the terminal, the log of a CI system, events.jsonl,
// junit.xml, summary.json and report.html all come from the same stream.
package event

import (
	"sync"
	"time"
)

// State is where a step, or an item of a step, has got to.
type State string

// The states in the order in which they occur. An item is started once, may
// report progress any number of times, and ends in exactly one of Passed,
// Failed and Skipped.
const (
	Started  State = "started"
	Progress State = "progress"
	Passed   State = "passed"
	Failed   State = "failed"
	Skipped  State = "skipped"
)

// Ended tells whether nothing more follows for the step or item.
func (s State) Ended() bool { return s == Passed || s == Failed || s == Skipped }

// Event is one line of events.jsonl.
type Event struct {
	Time time.Time `json:"time"`
	// Step is the step's name, such as machine, deploy, drill or teardown; package
	// pipeline names them all, in their order. The run itself is the step "run".
	Step string `json:"step"`
	// Item is what the step works on: an image, a node, a release, a
	// dashboard, a drill. Empty for the step as a whole.
	Item  string `json:"item,omitempty"`
	State State  `json:"state"`
	// Message is one sentence for a person; of a failure, what was tried,
	// what came back and what to do.
	Message string `json:"message,omitempty"`
	// Seconds is the wall time since Started, on ended states only.
	Seconds float64 `json:"seconds,omitempty"`
	// Result is the plain value that the step returned for the item.
	Result any `json:"result,omitempty"`
}

// Sink takes events. It must be safe for use by several goroutines and must
// not block for long. A nil Sink swallows everything, so that steps can be
// used without one.
type Sink func(Event)

// Tee gives every event to every sink, one event at a time, so that all of
// them see the same order.
func Tee(sinks ...Sink) Sink {
	var mu sync.Mutex
	return func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range sinks {
			if s != nil {
				s(e)
			}
		}
	}
}

// ForStep fills in the step's name, so that a step does not need to know how
// the pipeline calls it.
func (s Sink) ForStep(step string) Sink {
	return func(e Event) {
		e.Step = step
		s.emit(e)
	}
}

// Start says that work on item begins ("" for the step as a whole) and
// returns the task by which it ends.
func (s Sink) Start(item string) *Task {
	t := &Task{sink: s, item: item, start: time.Now()}
	t.emit(Started, "", nil)
	return t
}

func (s Sink) emit(e Event) {
	if s == nil {
		return
	}
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	s(e)
}

// Task is a step or an item between Started and its end.
type Task struct {
	sink  Sink
	item  string
	start time.Time
}

// Progress reports where the work stands, as one short sentence.
func (t *Task) Progress(message string) { t.emit(Progress, message, nil) }

// End reports Failed with err's text, or Passed when err is nil, and the
// result of the work, which may be nil. It returns err, so that a step can
// end with `return task.End(err, result)`.
func (t *Task) End(err error, result any) error {
	if err != nil {
		t.emit(Failed, err.Error(), result)
		return err
	}
	t.emit(Passed, "", result)
	return nil
}

// Skip reports that the work was left out, and why.
func (t *Task) Skip(reason string) { t.emit(Skipped, reason, nil) }

// Seconds is the time since the task started.
func (t *Task) Seconds() float64 { return time.Since(t.start).Seconds() }

func (t *Task) emit(state State, message string, result any) {
	e := Event{Item: t.item, State: state, Message: message, Result: result}
	if state.Ended() {
		e.Seconds = t.Seconds()
	}
	t.sink.emit(e)
}
