package behave_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"firedrill/apps/behave"
)

func newSwitch() (*behave.Switch, *prometheus.Registry, *bytes.Buffer) {
	var log bytes.Buffer
	registry := prometheus.NewRegistry()
	return behave.New(slog.New(slog.NewJSONHandler(&log, nil)), registry), registry, &log
}

var fine = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })

func status(h http.Handler, method, body string) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, behave.Path, strings.NewReader(body)))
	return w.Code
}

// shown is what the metrics say.
func shown(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	values := map[string]float64{}
	for _, family := range families {
		values[family.GetName()] = family.GetMetric()[0].GetGauge().GetValue()
	}
	return values
}

func TestAdminSetsAndResets(t *testing.T) {
	s, registry, _ := newSwitch()
	page := s.Wrap(fine)
	require.Equal(t, http.StatusTeapot, status(page, http.MethodGet, ""))

	require.Equal(t, http.StatusOK, status(s.Admin(), http.MethodPut, `{"errors":1,"log_errors":5}`))
	require.Equal(t, http.StatusInternalServerError, status(page, http.MethodGet, ""))
	require.Equal(t, map[string]float64{"behaviour_latency_seconds": 0, "behaviour_errors_ratio": 1, "behaviour_log_errors": 5}, shown(t, registry))

	require.Equal(t, http.StatusBadRequest, status(s.Admin(), http.MethodPut, `{"errors":7}`))
	now, _ := s.Now()
	require.Equal(t, behave.Behaviour{Errors: 1, LogErrors: 5}, now, "a bad one changes nothing")
	require.Equal(t, http.StatusBadRequest, status(s.Admin(), http.MethodPut, strings.Repeat(" ", 5000)))

	require.Equal(t, http.StatusOK, status(s.Admin(), http.MethodDelete, ""))
	require.Equal(t, http.StatusTeapot, status(page, http.MethodGet, ""))
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := newSwitch()
		s.Set(behave.Behaviour{Latency: 2 * time.Second})
		start := time.Now()
		require.Equal(t, http.StatusTeapot, status(s.Wrap(fine), http.MethodGet, ""))
		require.Equal(t, 2*time.Second, time.Since(start))

		time.AfterFunc(time.Second, func() { s.Set(behave.Behaviour{}) })
		require.Equal(t, http.StatusTeapot, status(s.Wrap(fine), http.MethodGet, ""))
		require.Equal(t, 3*time.Second, time.Since(start), "who waits is let go with the reset")
	})
}

func TestLogErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, log := newSwitch()
		ctx, cancel := context.WithTimeout(t.Context(), 3100*time.Millisecond)
		defer cancel()
		s.Set(behave.Behaviour{LogErrors: 10})
		time.AfterFunc(2050*time.Millisecond, func() { s.Set(behave.Behaviour{}) })
		s.Log(ctx)
		require.Equal(t, 20, strings.Count(log.String(), `"level":"ERROR"`))
	})
}
