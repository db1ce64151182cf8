package serve_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/serve"
)

// logged returns what the log says of one request, which is one line.
func logged(t *testing.T, server *serve.Server, log *bytes.Buffer, path string) map[string]any {
	t.Helper()
	log.Reset()
	get(server.Handler(), http.MethodGet, path)
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 1)
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &line))
	return line
}

func TestOneLineARequest(t *testing.T) {
	server, log := newServer(t)
	server.Handle("GET /quotes/{name}", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	line := logged(t, server, log, "/quotes/a?token=run-1.a_B")
	for key, want := range map[string]any{
		"level": "INFO", "msg": "request", "method": "GET", "path": "/quotes/a",
		"status": 200.0, "bytes": 5.0, "token": "run-1.a_B",
	} {
		require.Equal(t, want, line[key], key)
	}
	require.NotEmpty(t, line["time"])
	require.Less(t, line["duration"], 30.0)
}

func TestLevelIsThatOfTheAnswer(t *testing.T) {
	server, log := newServer(t)
	for path, status := range map[string]int{"/moved": 302, "/wrong": 400, "/broken": 500} {
		server.Handle("GET "+path, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	}
	for path, want := range map[string]string{"/moved": "INFO", "/wrong": "WARN", "/none": "WARN", "/broken": "ERROR"} {
		require.Equal(t, want, logged(t, server, log, path)["level"], path)
	}
}

func TestATokenIsBounded(t *testing.T) {
	server, log := newServer(t)
	for _, token := range []string{"", "two words", "a\nb", "<b>", "ü", strings.Repeat("a", 65)} {
		line := logged(t, server, log, "/?token="+url.QueryEscape(token))
		require.NotContains(t, line, "token", "%q must not get into the log", token)
	}
	long := strings.Repeat("a", 64)
	require.Equal(t, long, logged(t, server, log, "/?token="+long)["token"])
	require.Len(t, []rune(logged(t, server, log, "/"+strings.Repeat("a", 5000))["path"].(string)), 257)
}
