package quote_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/api/quote"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

func ask(t *testing.T, h *quote.Handler) quote.Quote {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, quote.Path, nil))
	var q quote.Quote
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &q))
	return q
}

func TestQuote(t *testing.T) {
	h := quote.New("api-1", func() time.Time { return noon })
	first, second := ask(t, h), ask(t, h)
	require.Equal(t, quote.Quote{Message: first.Message, Pod: "api-1", Served: 1, Time: noon}, first)
	require.EqualValues(t, 2, second.Served)
	require.NotEmpty(t, first.Message)
	require.NotEqual(t, first.Message, second.Message)
}

func TestQuotesAreCountedSideBySide(t *testing.T) {
	h := quote.New("api-1", time.Now)
	var asked sync.WaitGroup
	for range 100 {
		asked.Go(func() { h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, quote.Path, nil)) })
	}
	asked.Wait()
	require.EqualValues(t, 101, ask(t, h).Served)
}
