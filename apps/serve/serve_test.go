package serve_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/peer/peertest"
	"firedrill/apps/program"
	"firedrill/apps/program/programtest"
	"firedrill/apps/serve"
	"firedrill/apps/settings"
)

// newServer returns a server that does not drain, and its log.
func newServer(t *testing.T, args ...string) (*serve.Server, *bytes.Buffer) {
	t.Helper()
	set := settings.New("test")
	s := serve.AddSettings(set)
	require.NoError(t, set.Parse(append([]string{"-drain=0s"}, args...), func(string) (string, bool) { return "", false }))
	var log bytes.Buffer
	return serve.New(s, slog.New(slog.NewJSONHandler(&log, nil))), &log
}

func get(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestSharedRoutes(t *testing.T) {
	server, log := newServer(t)
	for path, want := range map[string]string{
		"/healthz": "ok",
		"/readyz":  "ok",
		"/metrics": "go_goroutines",
	} {
		w := get(server.Handler(), http.MethodGet, path)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Contains(t, w.Body.String(), want, path)
	}
	require.Empty(t, log.String(), "probes are no news")
}

func TestRequestsAreCountedByRoute(t *testing.T) {
	server, log := newServer(t)
	server.Handle("GET /quotes/{name}", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		serve.Error(w, http.StatusTeapot, "no %s", "tea")
	}))
	server.Handle("GET /{$}", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))

	h := server.Handler()
	w := get(h, http.MethodGet, "/quotes/a")
	require.JSONEq(t, `{"error":"no tea"}`, w.Body.String())
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	get(h, http.MethodGet, "/quotes/b")
	get(h, http.MethodGet, "/")
	get(h, http.MethodGet, "/made-up")
	get(h, "BREW", "/quotes/a")

	metrics := get(h, http.MethodGet, "/metrics").Body.String()
	for _, line := range []string{
		`http_requests_total{code="200",handler="/",method="GET"} 1`,
		`http_requests_total{code="404",handler="none",method="GET"} 1`,
		`http_requests_total{code="405",handler="none",method="other"} 1`,
		`http_requests_total{code="418",handler="/quotes/{name}",method="GET"} 2`,
		`http_request_duration_seconds_count{handler="/quotes/{name}",method="GET"} 2`,
	} {
		require.Contains(t, metrics, line+"\n")
	}
	require.NotContains(t, metrics, "made-up")
	require.Contains(t, log.String(), `"level":"WARN","msg":"request","method":"GET","path":"/quotes/b","status":418,"duration":`)
}

func TestPanicEndsOnlyItsRequest(t *testing.T) {
	server, log := newServer(t)
	server.Handle("GET /broken", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("out of ink") }))
	require.Equal(t, http.StatusInternalServerError, get(server.Handler(), http.MethodGet, "/broken").Code)
	require.Contains(t, log.String(), "out of ink")
	require.Contains(t, log.String(), `"level":"ERROR","msg":"request"`)
}

func TestHTMLAllowsNothingFromElsewhere(t *testing.T) {
	w := httptest.NewRecorder()
	serve.HTML(w, []byte("<p>hello"))
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
	require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
}

// A request that waits when the program is told to end is answered: OnEnd
// wakes it, and Serve returns only after it.
func TestEndAnswersRunningRequests(t *testing.T) {
	server, _ := newServer(t)
	entered, ending := make(chan struct{}), make(chan struct{})
	server.Handle("GET /wait", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-ending
		_, _ = io.WriteString(w, "answered")
	}))
	server.OnEnd(func() { close(ending) })

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()

	answered := make(chan string, 1)
	go func() { answered <- fetch(t.Context(), http.DefaultClient, "http://"+listener.Addr().String()+"/wait") }()
	<-entered
	cancel()
	require.Equal(t, "answered", <-answered)
	require.NoError(t, <-served)
	require.Equal(t, http.StatusServiceUnavailable, get(server.Handler(), http.MethodGet, "/readyz").Code)
	require.Equal(t, http.StatusOK, get(server.Handler(), http.MethodGet, "/healthz").Code)
}

// fetch returns the body of an answer, or the error in words.
func fetch(ctx context.Context, client *http.Client, url string) string {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	response, err := client.Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

func TestRunNamesTheAddressThatIsTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	server, _ := newServer(t, "-listen="+listener.Addr().String())
	require.ErrorContains(t, server.Run(t.Context()), "serve HTTP on "+listener.Addr().String())
}

// Probes and metrics are for everybody, what is for peers for those that have shown
// a certificate.
func TestRoutesForPeers(t *testing.T) {
	authority, folder := peertest.New(t), t.TempDir()
	authority.Write(t, folder, authority)
	addresses := programtest.Start(t, "test", func(set *settings.Set) program.Start {
		s := serve.AddSettings(set)
		return func(ctx context.Context, log *slog.Logger) error {
			server := serve.New(s, log)
			server.HandlePeers("GET /secret", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
			return server.Run(ctx)
		}
	}, append(peertest.Flags(folder), "-listen=127.0.0.1:0", "-listen-tls=127.0.0.1:0", "-drain=0s"), "serving HTTP", "serving HTTPS")

	trusted := &http.Client{Transport: authority.Start(t).Transport()}
	require.Equal(t, "hello", fetch(t.Context(), trusted, "https://"+addresses[1]+"/secret"))
	require.Equal(t, "ok\n", fetch(t.Context(), trusted, "https://"+addresses[1]+"/readyz"))
	require.Contains(t, fetch(t.Context(), http.DefaultClient, "https://"+addresses[1]+"/secret"), "unknown authority")
	require.Contains(t, fetch(t.Context(), http.DefaultClient, "http://"+addresses[0]+"/secret"), "this is for programs that show a certificate")
	require.Equal(t, "ok\n", fetch(t.Context(), http.DefaultClient, "http://"+addresses[0]+"/readyz"))
}

func TestWithoutACertificateRoutesAreForEverybody(t *testing.T) {
	server, _ := newServer(t)
	server.HandlePeers("GET /secret", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	require.Equal(t, http.StatusOK, get(server.Handler(), http.MethodGet, "/secret").Code)

	server, _ = newServer(t, "-listen=127.0.0.1:0", "-listen-tls=127.0.0.1:0")
	require.EqualError(t, server.Run(t.Context()), "listen-tls needs a certificate to show: give tls-cert, tls-key and tls-ca")
}
