package report

import (
	"errors"
	"sync"

	"firedrill/pipeline/event"
)

// recorder folds a live stream into a Model.
type recorder struct {
	mu    sync.Mutex
	model Model
	errs  []error
}

func newRecorder() *recorder { return &recorder{} }

// Sink takes the events of the run.
func (r *recorder) Sink() event.Sink {
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
func (r *recorder) Model() *Model {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.model
	m.Run = *r.model.Run.clone()
	m.Steps = (&Work{Items: r.model.Steps}).clone().Items
	return &m
}

// Err tells which results could not be understood.
func (r *recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.errs...)
}
