package behave

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firedrill/apps/serve"
)

// maxBody is far more than a behaviour takes.
const maxBody = 4 << 10

// Switch holds the behaviour of a program and carries it out.
type Switch struct {
	log *slog.Logger

	mu      sync.Mutex
	now     Behaviour
	changed chan struct{} // closed when now changes
}

// New returns a Switch that is off.
func New(log *slog.Logger, registry prometheus.Registerer) *Switch {
	s := &Switch{log: log, changed: make(chan struct{})}
	gauge := func(name, help string, value func(Behaviour) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			now, _ := s.Now()
			return value(now)
		})
	}
	registry.MustRegister(
		gauge("behaviour_latency_seconds", "How much longer answers take on purpose.", func(b Behaviour) float64 { return b.Latency.Seconds() }),
		gauge("behaviour_errors_ratio", "Share of requests that are answered 500 on purpose.", func(b Behaviour) float64 { return b.Errors }),
		gauge("behaviour_log_errors", "Lines of level error that are logged each second on purpose.", func(b Behaviour) float64 { return b.LogErrors }),
	)
	return s
}

// Now is the behaviour, and a channel that is closed when it changes.
func (s *Switch) Now() (Behaviour, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.changed
}

// Set changes the behaviour. Requests that wait already are let go.
func (s *Switch) Set(b Behaviour) {
	s.mu.Lock()
	s.now = b
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
	s.log.Info("behaviour set", "latency", b.Latency.Seconds(), "errors", b.Errors, "log_errors", b.LogErrors)
}

// Wrap makes a handler behave.
func (s *Switch) Wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, changed := s.Now()
		if b.Latency > 0 {
			late := time.NewTimer(b.Latency)
			defer late.Stop()
			select {
			case <-late.C:
			case <-changed:
			case <-r.Context().Done():
				return // nobody waits any more
			}
		}
		if b.Errors > 0 && rand.Float64() < b.Errors { //nolint:gosec // chance, not secrecy
			serve.Error(w, http.StatusInternalServerError, "failing on purpose, as a drill wants it")
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Admin answers the admin port.
func (s *Switch) Admin() http.Handler {
	mux := http.NewServeMux()
	show := func(w http.ResponseWriter, _ *http.Request) {
		now, _ := s.Now()
		serve.JSON(w, http.StatusOK, now)
	}
	mux.HandleFunc("GET "+Path, show)
	mux.HandleFunc("PUT "+Path, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			serve.Error(w, http.StatusBadRequest, "read the behaviour: %v", err)
			return
		}
		b, err := Parse(body)
		if err != nil {
			serve.Error(w, http.StatusBadRequest, "%v", err)
			return
		}
		s.Set(b)
		show(w, r)
	})
	mux.HandleFunc("DELETE "+Path, func(w http.ResponseWriter, r *http.Request) {
		s.Set(Behaviour{})
		show(w, r)
	})
	return mux
}

// Log logs what the behaviour wants until ctx ends.
func (s *Switch) Log(ctx context.Context) {
	for n := 0; ; {
		b, changed := s.Now()
		var tick <-chan time.Time
		if b.LogErrors > 0 {
			tick = time.After(time.Duration(float64(time.Second) / b.LogErrors))
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-tick:
			s.log.ErrorContext(ctx, mishaps[n%len(mishaps)].text, mishaps[n%len(mishaps)].about...)
			n++
		}
	}
}

// mishaps are logged in turn, so that a reader sees what real ones look like.
var mishaps = [...]struct {
	text  string
	about []any
}{
	{"query failed", []any{"error", "dial tcp 10.0.0.12:5432: connect: connection refused", "attempt", 3}},
	{"cache is not to be reached", []any{"error", "read tcp 10.0.0.7:41812->10.0.0.31:6379: i/o timeout"}},
	{"order not saved", []any{"error", "deadlock detected", "order", "2f81c6"}},
	{"payment not confirmed", []any{"error", "context deadline exceeded", "provider", "cards", "seconds", 5}},
}
