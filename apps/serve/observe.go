package serve

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"
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
		answer := &answer{ResponseWriter: w}
		defer o.end(r, answer, time.Now())
		mux.ServeHTTP(answer, r)
	})
}

// end is deferred. A handler that panics ends one request, not the program, and
// its request is counted like any other.
func (o *observer) end(r *http.Request, a *answer, start time.Time) {
	if cause := recover(); cause != nil {
		o.log.ErrorContext(r.Context(), "a handler panicked", "path", bounded(r.URL.Path), "cause", cause, "stack", string(debug.Stack()))
		a.fail()
	}
	o.observe(r, a, time.Since(start))
}

func (o *observer) observe(r *http.Request, a *answer, took time.Duration) {
	method, route := method(r.Method), route(r.Pattern)
	o.requests.WithLabelValues(strconv.Itoa(a.status()), method, route).Inc()
	o.duration.WithLabelValues(method, route).Observe(took.Seconds())
	if r.Pattern != "" {
		oteltrace.SpanFromContext(r.Context()).SetAttributes(attribute.String("http.route", route))
	}
	logRequest(o.log, r, a, took)
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

// spanName is method and route, or the method alone where no route matches.
func spanName(r *http.Request) string {
	if r.Pattern == "" {
		return method(r.Method)
	}
	return method(r.Method) + " " + route(r.Pattern)
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
