package serve

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// observer counts, times and logs requests.
type observer struct {
	log      *slog.Logger
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newObserver(log *slog.Logger, registry prometheus.Registerer) *observer {
	o := &observer{
		log: log,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total",
			Help: "Requests answered, by status code, method and route.",
		}, []string{"code", "method", "handler"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "Time from a request's header to the end of its answer.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "handler"}),
	}
	registry.MustRegister(o.requests, o.duration)
	return o
}

// wrap observes every request of a mux. It relies on the mux, which leaves the
// pattern it chose in the request.
func (o *observer) wrap(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		answer := &answer{ResponseWriter: w}
		defer func() {
			// A handler that panics ends one request, not the program, and its
			// request is counted like any other.
			if cause := recover(); cause != nil {
				o.log.Error("a handler panicked", "path", r.URL.Path, "cause", cause, "stack", string(debug.Stack()))
				answer.fail()
			}
			o.observe(r, answer, time.Since(start))
		}()
		mux.ServeHTTP(answer, r)
	})
}

func (o *observer) observe(r *http.Request, a *answer, took time.Duration) {
	method, route := method(r.Method), route(r.Pattern)
	o.requests.WithLabelValues(strconv.Itoa(a.status()), method, route).Inc()
	o.duration.WithLabelValues(method, route).Observe(took.Seconds())

	level := slog.LevelInfo
	switch {
	case route == "/healthz" || route == "/readyz" || route == "/metrics":
		level = slog.LevelDebug // every second, and who asks knows the answer
	case a.status() >= http.StatusInternalServerError:
		level = slog.LevelError
	}
	o.log.Log(r.Context(), level, "request",
		"method", r.Method, "path", r.URL.Path, "status", a.status(), "bytes", a.bytes,
		"seconds", took.Seconds(), "remote", r.RemoteAddr, "agent", r.UserAgent())
}

// route is the path of a pattern. Paths themselves are no label: whoever sends
// requests could make up any number of them.
func route(pattern string) string {
	if pattern == "" {
		return "none"
	}
	_, path, found := strings.Cut(pattern, " ")
	if !found {
		path = pattern
	}
	return strings.TrimSuffix(path, "{$}")
}

// method keeps made-up methods out of the labels.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// answer remembers what was answered.
type answer struct {
	http.ResponseWriter
	code  int
	bytes int64
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(code int) {
	if a.code == 0 {
		a.code = code
	}
	a.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	if a.code == 0 {
		a.code = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// fail answers 500 unless something has been answered already.
func (a *answer) fail() {
	if a.code != 0 {
		return
	}
	http.Error(a, "internal error", http.StatusInternalServerError)
}

// status is what net/http sends: 200 if the handler wrote nothing at all.
func (a *answer) status() int {
	if a.code == 0 {
		return http.StatusOK
	}
	return a.code
}
