package trace_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/peer"
	"firedrill/apps/peer/peertest"
	"firedrill/apps/trace"
	"firedrill/apps/trace/tracetest"
)

// lines is a log that is read while it is written: what could not be sent is
// complained of at any time.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func open(t *testing.T) (*trace.Tracer, *lines) {
	t.Helper()
	log := &lines{}
	tracer, err := trace.Open(t.Context(), "box", nil, slog.New(slog.NewJSONHandler(log, nil)))
	require.NoError(t, err)
	return tracer, log
}

func pathName(r *http.Request) string { return r.Method + " " + r.URL.Path }

func never(*http.Request) bool { return false }

func ask(h http.Handler, path string) {
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
}

var ok = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })

func TestWithoutACollectorNothingIsRecorded(t *testing.T) {
	for _, disabled := range []bool{false, true} {
		tracetest.NoCollector(t)
		if disabled {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
			t.Setenv("OTEL_SDK_DISABLED", "true")
		}
		tracer, _ := open(t)
		require.Nil(t, tracer)
		require.Equal(t, http.DefaultTransport, tracer.Transport(http.DefaultTransport, "GET"))
		ask(tracer.Handler(ok, pathName, never), "/")
		tracer.Close(t.Context())
	}
}

func TestABadAddressIsRefused(t *testing.T) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, "otel-collector:4318")
			_, err := trace.Open(t.Context(), "box", nil, slog.New(slog.DiscardHandler))
			require.EqualError(t, err, `invalid value "otel-collector:4318" of environment variable `+name+`: not a URL such as http://otel-collector:4318`)
		})
	}
}

// What was recorded last is sent before the program ends, with the names that
// the deployment gave.
func TestCloseSendsTheRest(t *testing.T) {
	collector := tracetest.Start(t)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "service.version=0.1.0,k8s.namespace.name=demo")
	tracer, log := open(t)
	h := tracer.Handler(ok, pathName, func(r *http.Request) bool { return r.URL.Path == "/healthz" })
	ask(h, "/a")
	ask(h, "/healthz")
	tracer.Close(t.Context())

	span := collector.Wait(t, 1)["SERVER GET /a"]
	require.Equal(t, "box", span.Attributes["service.name"])
	require.Equal(t, "0.1.0", span.Attributes["service.version"])
	require.Equal(t, "demo", span.Attributes["k8s.namespace.name"])
	collector.RequireNone(t)
	require.Empty(t, log.String())
}

// A collector that takes connections and never answers is the worst there is.
func TestADeafCollectorHoldsUpNothing(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = deaf.Close() })
	tracetest.NoCollector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+deaf.Addr().String())
	tracer, log := open(t)
	h := tracer.Handler(ok, pathName, never)

	start := time.Now()
	for range 5000 { // more than the queue of spans holds
		ask(h, "/a")
	}
	require.Less(t, time.Since(start), 10*time.Second, "requests must not wait for the collector")
	start = time.Now()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // a program is ended by the end of its context
	tracer.Close(ctx)
	require.Less(t, time.Since(start), 10*time.Second, "the end must not wait for the collector")
	require.Contains(t, log.String(), "the last traces are lost")
}

// Who has no certificate is heard neither.
func TestTheCollectorIsShownACertificate(t *testing.T) {
	authority := peertest.New(t)
	collector := tracetest.StartPeer(t, authority.Start(t))
	for _, own := range []*peer.Peer{nil, authority.Start(t)} {
		log := &lines{}
		tracer, err := trace.Open(t.Context(), "box", own, slog.New(slog.NewJSONHandler(log, nil)))
		require.NoError(t, err)
		ask(tracer.Handler(ok, pathName, never), "/a")
		tracer.Close(t.Context())
		if own != nil {
			require.Contains(t, collector.Wait(t, 1), "SERVER GET /a")
			require.Empty(t, log.String())
			continue
		}
		require.Contains(t, log.String(), "traces are lost")
		collector.RequireNone(t)
	}
}

func TestLogLinesNameTheTrace(t *testing.T) {
	collector := tracetest.Start(t)
	tracer, _ := open(t)
	var log bytes.Buffer
	logger := slog.New(trace.Log(slog.NewJSONHandler(&log, nil))).With("program", "box")
	ask(tracer.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		logger.WarnContext(r.Context(), "inside")
	}), pathName, never), "/a")
	tracer.Close(t.Context())

	span := collector.Wait(t, 1)["SERVER GET /a"]
	var line map[string]any
	require.NoError(t, json.Unmarshal(log.Bytes(), &line))
	require.Equal(t, span.Trace, line["trace_id"])
	require.Equal(t, span.ID, line["span_id"])

	log.Reset()
	logger.Warn("outside")
	require.NotContains(t, log.String(), "trace_id")
}
