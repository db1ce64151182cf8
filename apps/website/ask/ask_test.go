package ask_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"firedrill/apps/api/quote"
	"firedrill/apps/website/ask"
)

// askAPI asks an api that answers with h, and returns the results counted too.
func askAPI(t *testing.T, h http.HandlerFunc, timeout time.Duration) (quote.Quote, map[string]float64, error) {
	t.Helper()
	api := httptest.NewServer(h)
	t.Cleanup(api.Close)
	return askAt(t, api.URL, timeout)
}

func askAt(t *testing.T, address string, timeout time.Duration) (quote.Quote, map[string]float64, error) {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	registry := prometheus.NewRegistry()
	q, err := ask.New(*u, timeout, nil, nil, registry).Quote(t.Context())
	return q, counted(t, registry), err
}

func counted(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	results := map[string]float64{}
	for _, family := range families {
		if family.GetName() == "website_api_requests_total" {
			for _, m := range family.GetMetric() {
				results[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
			}
		}
	}
	return results
}

func TestQuote(t *testing.T) {
	api := quote.New("api-1", time.Now)
	q, results, err := askAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != quote.Path {
			http.NotFound(w, r)
			return
		}
		api.ServeHTTP(w, r)
	}, time.Minute)
	require.NoError(t, err)
	require.Equal(t, "api-1", q.Pod)
	require.Equal(t, map[string]float64{"ok": 1, "timeout": 0, "error": 0, "bad_answer": 0, "cancelled": 0}, results)
}

func TestBadAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want string
	}{
		"status":   {http.NotFound, "status 404 Not Found, want 200"},
		"no json":  {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, "invalid character"},
		"empty":    {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }, "it has no message"},
		"redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, "status 302"},
	} {
		t.Run(name, func(t *testing.T) {
			_, results, err := askAPI(t, c.h, time.Minute)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, quote.Path)
			require.EqualValues(t, 1, results["bad_answer"])
		})
	}
}

func TestTimeout(t *testing.T) {
	_, results, err := askAPI(t, func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done() // until the website gives up
	}, 20*time.Millisecond)
	require.Error(t, err)
	require.EqualValues(t, 1, results["timeout"])
}

// A connection that stalls in the middle of an answer is a timeout too.
func TestTimeoutInTheBody(t *testing.T) {
	_, results, err := askAPI(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"message":`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}, 100*time.Millisecond)
	require.Error(t, err)
	require.EqualValues(t, 1, results["timeout"])
}

func TestNoConnection(t *testing.T) {
	api := httptest.NewServer(http.NotFoundHandler())
	api.Close() // from now on the port refuses
	_, results, err := askAt(t, api.URL, time.Minute)
	require.ErrorContains(t, err, "refused")
	require.EqualValues(t, 1, results["error"])
}

// A visitor who leaves before the api has answered is not the api's fault.
func TestVisitorLeaves(t *testing.T) {
	visit, leave := context.WithCancel(t.Context())
	api := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		leave()
		<-r.Context().Done()
	}))
	defer api.Close()
	u, err := url.Parse(api.URL)
	require.NoError(t, err)
	registry := prometheus.NewRegistry()
	_, err = ask.New(*u, time.Minute, nil, nil, registry).Quote(visit)
	require.ErrorIs(t, err, context.Canceled)
	require.EqualValues(t, 1, counted(t, registry)["cancelled"])
}
