package page_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/api/quote"
	"firedrill/apps/website/page"
	"firedrill/internal/golden"
)

// answer is an api that always answers the same.
type answer struct {
	quote quote.Quote
	err   error
}

func (a answer) Quote(context.Context) (quote.Quote, error) { return a.quote, a.err }

func show(t *testing.T, api page.API) (body, log string) {
	t.Helper()
	var lines strings.Builder
	w := httptest.NewRecorder()
	h := page.New("website-1", api, slog.New(slog.NewTextHandler(&lines, nil)))
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.String(), lines.String()
}

func TestPage(t *testing.T) {
	body, log := show(t, answer{quote: quote.Quote{
		Message: `<b>"Break it"</b>`, // must come out as text
		Pod:     "api-1",
		Served:  7,
		Time:    time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC),
	}})
	require.NotContains(t, body, "does not answer")
	require.Empty(t, log)
	golden.Equal(t, filepath.Join("testdata", "answered.html"), body)
}

func TestPageWithoutAPI(t *testing.T) {
	body, log := show(t, answer{err: errors.New("ask the api: refused")})
	require.Contains(t, body, "The api does not answer")
	require.NotContains(t, body, "refused", "visitors don't see the inside")
	require.Contains(t, log, "refused")
	golden.Equal(t, filepath.Join("testdata", "unanswered.html"), body)
}
