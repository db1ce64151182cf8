package grafana

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// echo answers with the method, the user and the body of the request.
func echo(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte(r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization") + " " + string(body)))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestAskReturnsEveryAnswer(t *testing.T) {
	url := echo(t)
	for want, c := range map[string]struct {
		server Server
		body   any
	}{
		"POST /x Bearer t ":                   {Server{URL: url + "/", Token: "t", User: "ignored"}, nil},
		"POST /x Basic YTpi {\"c\":1}":        {Server{URL: url, User: "a", Password: "b"}, map[string]int{"c": 1}},
		"POST /x  [\"nobody in particular\"]": {Server{URL: url, Client: &http.Client{}}, []string{"nobody in particular"}},
	} {
		answer, status, err := c.server.Ask(t.Context(), http.MethodPost, "/x", c.body)
		require.NoError(t, err)
		require.Equal(t, http.StatusTeapot, status)
		require.Equal(t, want, string(answer))
	}
	require.EqualError(t, Server{URL: url}.Get(t.Context(), "/x", nil), "GET /x: 418 I'm a teapot")
}

// An answer without end is cut off, and not taken for a short one that is broken.
func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(blanks); err != nil {
				return
			}
		}
	}))
	defer s.Close()
	_, _, err := Server{URL: s.URL}.Ask(t.Context(), http.MethodGet, "/", nil)
	require.EqualError(t, err, "read the answer of Grafana at "+s.URL+": it is longer than 64 MiB; ask for less, by a narrower query or a shorter time")
}
