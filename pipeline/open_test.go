package pipeline

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/content"
	"firedrill/pipeline/server"
)

// at writes the kubeconfig of an API server.
func at(t *testing.T, url string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: a, clusters: [{name: a, cluster: {server: %q}}],
contexts: [{name: a, context: {cluster: a, user: a}}], users: [{name: a, user: {}}]}`, url)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// opening is the wish for a server that must not be reached.
func opening(t *testing.T, name string, port int) Opening {
	t.Helper()
	return Opening{
		Server: name, Port: port,
		Opened: func(Access) { t.Error("there is nothing to open") },
		Say:    func(message string) { t.Error(message) },
	}
}

func TestOpenSaysWhichPortIsTaken(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	o, _ := site(t)
	o.Kubeconfig = at(t, "http://127.0.0.1:1")
	port := busy.Addr().(*net.TCPAddr).Port
	err = Open(t.Context(), o, opening(t, "prometheus", port))
	require.EqualError(t, err, fmt.Sprintf(
		"forward 127.0.0.1:%d to Service watch/prometheus:9090: another program has the port %[1]d; choose another with --port, or leave it out for any that is free", port))
}

func TestOpenNeedsTheService(t *testing.T) {
	api := httptest.NewServer(http.NotFoundHandler())
	defer api.Close()
	o, _ := site(t)
	o.Kubeconfig = at(t, api.URL)
	require.ErrorContains(t, Open(t.Context(), o, opening(t, "inbox", 0)), "look for Service watch/inbox: ")
}

// Without a port of the user's choice the Service's own is taken, or any.
func TestListenNear(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	taken := server.Endpoint{Namespace: "watch", Service: "prometheus", Port: busy.Addr().(*net.TCPAddr).Port}
	own := fmt.Sprintf("http://127.0.0.1:%d", taken.Port)
	config, err := restConfig(at(t, "http://127.0.0.1:1"))
	require.NoError(t, err)

	other, err := listenNear(context.Background(), config, taken, 0)
	require.NoError(t, err)
	require.NotEqual(t, own, other.URL)
	require.NoError(t, other.Close())

	require.NoError(t, busy.Close())
	free, err := listenNear(context.Background(), config, taken, 0)
	require.NoError(t, err)
	require.Equal(t, own, free.URL)
	require.NoError(t, free.Close())
}

func TestOnlyGrafanaAsksForAPassword(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/namespaces/watch/secrets/grafana" {
			t.Errorf("%s was asked for", r.URL.Path)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"kind":"Secret","apiVersion":"v1","data":{"admin-user":"YWRtaW4=","admin-password":"c2VjcmV0"}}`))
	}))
	defer api.Close()
	config, err := restConfig(at(t, api.URL))
	require.NoError(t, err)
	grafana := &content.Grafana{Endpoint: server.Endpoint{Namespace: "watch", Service: "grafana", Port: 3000}, Secret: "grafana"}
	s := &state{loaded: loaded{content: &content.Content{Grafana: grafana}}}
	require.Contains(t, openable(s.content), "grafana")

	access, err := s.access(t.Context(), config, "grafana")
	require.NoError(t, err)
	require.Equal(t, Access{User: "admin", Password: "secret"}, access)
	access, err = s.access(t.Context(), config, "prometheus")
	require.NoError(t, err)
	require.Equal(t, Access{}, access)
}
