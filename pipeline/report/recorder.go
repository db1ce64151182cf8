package report

import (
	"errors"
	"sync"

	"firedrill/pipeline/event"
)

// Recorder folds a live stream into a Model.
type Recorder struct {
	mu    sync.Mutex
	model Model
	errs  []error
}

// New makes an empty recorder.
func New() *Recorder { return &Recorder{} }

// Sink takes the events of the run.
func (r *Recorder) Sink() event.Sink {
	return func(e event.Event) {
		e, err := roundTrip(e)
		r.mu.Lock()
		defer r.mu.Unlock()
		if err != nil {
			r.errs = append(r.errs, err)
		}
		r.model.Add(e)
	}
}

// Model is what is known by now. The copy does not change any more.
func (r *Recorder) Model() *Model {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.model
	m.Run = *r.model.Run.clone()
	m.Steps = (&Work{Items: r.model.Steps}).clone().Items
	return &m
}

// Err tells which results could not be understood.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.errs...)
}
