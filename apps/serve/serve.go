// Package serve is the HTTP server that all our programs have in common: the
// routes for probes and metrics, limits in time, one log line and one
// observation a request, and an end that drops no request.
package serve

import (
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"firedrill/apps/peer"
	"firedrill/apps/settings"
	"firedrill/apps/trace"
)

// Settings are the settings that every server has.
type Settings struct {
	// Peer is who the program is among those that show each other certificates.
	Peer peer.Settings

	listen    *string
	listenTLS *string
	drain     *time.Duration
}

// AddSettings adds the settings of a server to those of a program.
func AddSettings(set *settings.Set) Settings {
	return Settings{
		Peer:      peer.AddSettings(set),
		listen:    set.Address("listen", ":8080", "address to serve HTTP on"),
		listenTLS: set.Address("listen-tls", "", "address to serve HTTPS on for programs that show a certificate; empty: none"),
		drain: set.Duration("drain", 2*time.Second, 0, time.Minute,
			"how long to go on serving, not ready, after the signal to end, until nobody sends requests any more"),
	}
}

// Server serves one program.
type Server struct {
	// Registry takes the program's own metrics.
	Registry *prometheus.Registry

	settings Settings
	log      *slog.Logger
	mux      *http.ServeMux
	observer *observer
	tracer   *trace.Tracer
	onEnd    []func()
	draining atomic.Bool
}

// New returns a server with the routes /healthz, /readyz and /metrics.
func New(s Settings, log *slog.Logger) *Server {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	server := &Server{
		Registry: registry,
		settings: s,
		log:      log,
		mux:      http.NewServeMux(),
		observer: newObserver(log, registry),
	}
	server.mux.HandleFunc("GET /healthz", ok)
	server.mux.HandleFunc("GET /readyz", server.ready)
	server.mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return server
}

// Handle adds a route; the pattern is one of http.ServeMux.
func (s *Server) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// HandlePeers adds a route for programs that have shown a certificate; for
// everybody if nobody is asked for one.
func (s *Server) HandlePeers(pattern string, h http.Handler) {
	s.Handle(pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if *s.settings.listenTLS != "" && r.TLS == nil {
			Error(w, http.StatusForbidden, "this is for programs that show a certificate; they ask over HTTPS")
			return
		}
		h.ServeHTTP(w, r)
	}))
}

// OnEnd adds a function that ends requests which wait for something, so that
// they don't hold up the end of the program.
func (s *Server) OnEnd(f func()) { s.onEnd = append(s.onEnd, f) }

// Trace has requests recorded, but for those of probes and scrapes.
func (s *Server) Trace(t *trace.Tracer) { s.tracer = t }

// Handler is everything the server answers, for tests without a network.
func (s *Server) Handler() http.Handler {
	return s.tracer.Handler(s.observer.wrap(s.mux), spanName, func(r *http.Request) bool { return routine(r.URL.Path) })
}

// ready says whether new requests should come here. It doesn't ask what this
// program depends on: were every pod unready because of one lost server
// behind them, nobody could be told about it.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	ok(w, r)
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") }
