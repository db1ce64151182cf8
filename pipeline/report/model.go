package report

import (
	"time"

	"firedrill/pipeline/event"
)

// Status is how far a run, a step or an item has got.
type Status string

// Unfinished is both "still running" and "killed": a stream that ends without
// saying how the work ended cannot tell the two apart.
const (
	Passed     Status = "passed"
	Failed     Status = "failed"
	Skipped    Status = "skipped"
	Unfinished Status = "unfinished"
)

// Work is the run, a step of it, or an item of a step.
type Work struct {
	Name    string
	Status  Status
	Started time.Time
	Ended   time.Time
	// Seconds is the wall time of ended work.
	Seconds float64
	// Message is why it failed or was skipped, Progress the last word before.
	Message  string
	Progress string
	// Result is a pointer to the type that decode.go has for the step, or nil.
	Result any
	// Items are in the order in which they started.
	Items []*Work
}

// Model is everything that a stream of events says about a run.
type Model struct {
	Run   Work
	Steps []*Work
	// Last is the time of the last event.
	Last time.Time
}

// Add folds one event into the model.
func (m *Model) Add(e event.Event) {
	m.Last = e.Time
	if e.Step == stepRun && e.Item == "" {
		m.Run.add(e)
		return
	}
	// A stream may lack the event of the run or of the step itself: the first
	// thing heard of either is then its start.
	m.Run.open(e.Time)
	step := find(&m.Steps, e.Step)
	if e.Item == "" {
		step.add(e)
		return
	}
	step.open(e.Time)
	find(&step.Items, e.Item).add(e)
}

// Step is the step of that name, nil if the run did not get there.
func (m *Model) Step(name string) *Work {
	for _, s := range m.Steps {
		if s.Name == name {
			return s
		}
	}
	return nil
}

func find(works *[]*Work, name string) *Work {
	for _, w := range *works {
		if w.Name == name {
			return w
		}
	}
	w := &Work{Name: name}
	*works = append(*works, w)
	return w
}

func (w *Work) open(at time.Time) {
	if w.Started.IsZero() {
		w.Started, w.Status = at, Unfinished
	}
}

func (w *Work) add(e event.Event) {
	if e.State == event.Started {
		// Work that starts again, such as a retry, forgets its first end.
		w.Started, w.Ended, w.Seconds, w.Message = time.Time{}, time.Time{}, 0, ""
	}
	w.open(e.Time)
	if e.Result != nil {
		w.Result = e.Result
	}
	switch {
	case e.State == event.Progress:
		w.Progress = e.Message
	case e.State.Ended():
		w.Status, w.Ended, w.Seconds, w.Message = Status(e.State), e.Time, e.Seconds, e.Message
		// The end is known to the last digit, the start only by an event.
		w.Started = e.Time.Add(-time.Duration(e.Seconds * float64(time.Second)))
	}
}

// elapsed is the wall time of ended work, and of other work until now.
func (w *Work) elapsed(now time.Time) float64 {
	if w.Status != Unfinished {
		return w.Seconds
	}
	return max(0, now.Sub(w.Started).Seconds())
}

// count is how many items have that status.
func (w *Work) count(s Status) int {
	n := 0
	for _, item := range w.Items {
		if item.Status == s {
			n++
		}
	}
	return n
}

func (w *Work) clone() *Work {
	c := *w
	c.Items = nil
	for _, item := range w.Items {
		c.Items = append(c.Items, item.clone())
	}
	return &c
}
