package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/strict"
)

const (
	// visitInterval is how often is asked, if the answers come that fast.
	visitInterval = 200 * time.Millisecond
	// shownWithin is how long the certificates may take when the file does not say.
	shownWithin = 3 * time.Minute
)

// Visits is the key `visits`.
type Visits struct {
	// What the app's name begins with; names in firedrill.yaml has the rest of it.
	App string `yaml:"app" json:"app"`
	// Path that is asked for.
	Path string `yaml:"path" json:"path" jsonschema:"pattern=^/"`
	// A text that is in the answer, by which the app is told from another.
	Contains string `yaml:"contains,omitempty" json:"contains,omitempty"`
	// A drill without a rule ends when so many different certificates were shown.
	Certificates int `yaml:"certificates,omitempty" json:"certificates,omitempty" jsonschema:"minimum=2"`
	// How long the certificates may take from the fault on; 3m when not given.
	Within strict.Duration `yaml:"within,omitempty" json:"within,omitempty"`
}

// Visitor asks for apps by their names over HTTPS, as people do.
type Visitor interface {
	// Visit asks once. It returns the URL, and the serial number of the
	// certificate that was shown; an error if anything about it was not right.
	Visit(ctx context.Context, v Visits) (url, serial string, err error)
}

// Visited is what somebody saw who asked for an app all the time.
type Visited struct {
	URL string `json:"url"`
	// Requests counts all, Failed those that did not get the right answer by a
	// right certificate; one fails the drill.
	Requests int `json:"requests"`
	Failed   int `json:"failed"`
	// Certificates are the serial numbers that were shown, in their order.
	Certificates []string `json:"certificates"`
}

// visiting is somebody who asks all the time.
type visiting struct {
	Visits
	visitor Visitor
	stop    func()

	mu    sync.Mutex
	seen  Visited
	first error // of the first request that failed
}

// visit begins to ask, and returns when there has been an answer: what the drill
// has set up may take a moment. It is nil if the drill wants no visits.
func (r *run) visit(ctx context.Context) (*visiting, error) {
	if r.drill.Visits == nil {
		return nil, nil
	}
	v := &visiting{Visits: *r.drill.Visits, visitor: r.Visitor}
	if v.visitor == nil {
		return nil, fmt.Errorf("the drill visits %s, but firedrill.yaml names no addresses; name them there", v.App)
	}
	within := r.drill.Within.Quiet.Or(quietWithin)
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	last, say := errors.New("it was not answered"), poll.Changes(r.task.Progress)
	err := poll.Until(waiting, pollInterval, func() bool {
		url, _, wrong := v.visitor.Visit(waiting, v.Visits)
		if v.seen.URL = url; wrong != nil && waiting.Err() == nil {
			last = wrong
			say(wrong.Error())
		}
		return wrong == nil
	})
	if err != nil {
		return nil, fmt.Errorf("visit %s before the fault, within %s: %w", v.App, within, last)
	}
	v.start(ctx)
	return v, nil
}

// start asks until stop is called.
func (v *visiting) start(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	v.stop = func() { cancel(); <-done }
	go func() {
		defer close(done)
		_ = poll.Until(ctx, visitInterval, func() bool { v.ask(ctx); return false })
	}()
}

func (v *visiting) ask(ctx context.Context) {
	at := time.Now()
	_, serial, err := v.visitor.Visit(ctx, v.Visits)
	if ctx.Err() != nil {
		return // it was called off
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen.Requests++
	if err != nil {
		v.seen.Failed++
		if v.first == nil {
			v.first = fmt.Errorf("at %s: %w", clock(at), err)
		}
	}
	if serial != "" && !slices.Contains(v.seen.Certificates, serial) {
		v.seen.Certificates = append(v.seen.Certificates, serial)
	}
}

// untilShown waits until as many certificates have been shown as are wanted.
func (v *visiting) untilShown(ctx context.Context, say func(string)) error {
	within := v.Within.Or(shownWithin)
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	changes := poll.Changes(say)
	var shown int
	err := poll.Until(waiting, pollInterval, func() bool {
		v.mu.Lock()
		defer v.mu.Unlock()
		shown = len(v.seen.Certificates)
		changes(fmt.Sprintf("certificate %d of %d is shown", shown, v.Certificates))
		return shown >= v.Certificates
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: %w", context.Cause(ctx))
	}
	return fmt.Errorf("%s showed %d different certificates within %s of the fault, not %d; "+
		"look at `kubectl get certificaterequests --all-namespaces`, and at the log of the ingress controller", v.seen.URL, shown, within, v.Certificates)
}

// visited asks no more, and returns what of all that was seen fails the drill.
func (r *run) visited(v *visiting) error {
	if v == nil {
		return nil
	}
	v.stop()
	r.result.Visits = &v.seen
	if v.first != nil {
		return fmt.Errorf("%d of %d requests for %s failed, the first %w", v.seen.Failed, v.seen.Requests, v.seen.URL, v.first)
	}
	return nil
}
