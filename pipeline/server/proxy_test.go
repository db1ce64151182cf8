package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
)

var testEndpoint = Endpoint{Namespace: "monitoring", Service: "server", Port: 9090}

const testPrefix = "/api/v1/namespaces/monitoring/services/http:server:9090/proxy"

// apiServer answers as the API server's service proxy does: with the text that
// answers hold for the path behind the proxy, or 503. It notes the queries.
type apiServer struct {
	answers map[string]string
	queries map[string]url.Values
}

func (s *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := strings.CutPrefix(r.URL.Path, testPrefix)
	text, known := s.answers[path]
	if !ok || !known || r.Header.Get("Authorization") != "Bearer token" {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"kind":"Status","status":"Failure","message":"no endpoints available for service \"server\"","code":503}`))
		return
	}
	_ = r.ParseForm()
	s.queries[path] = r.Form
	w.Header().Set("Content-Type", "application/json")
	if strings.Contains(text, `"status":"error"`) {
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = w.Write([]byte(text))
}

func TestTheProxyIsToldWhatAServerSpeaks(t *testing.T) {
	e := testEndpoint
	e.Scheme = "https"
	p, err := NewProxy(&rest.Config{Host: "http://127.0.0.1:1"}, e)
	require.NoError(t, err)
	require.Equal(t, "http://127.0.0.1:1/api/v1/namespaces/monitoring/services/https:server:9090/proxy", p.base.String())
}

// serve starts an API server with the answers and returns the way to it.
func serve(t *testing.T, answers map[string]string) (*Proxy, *apiServer) {
	t.Helper()
	s := &apiServer{answers: answers, queries: map[string]url.Values{}}
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	p, err := NewProxy(&rest.Config{Host: listener.URL, BearerToken: "token"}, testEndpoint)
	require.NoError(t, err)
	return p, s
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(text)
}

func TestProxyErrors(t *testing.T) {
	p, _ := serve(t, map[string]string{"/html": "<html>\nnot JSON</html>"})
	var v any
	err := p.get(t.Context(), "/missing", nil, &v)
	require.ErrorContains(t, err, "Service monitoring/server:9090: GET /missing: 503 Service Unavailable: ")
	require.ErrorContains(t, err, "no endpoints available for service")

	err = p.get(t.Context(), "/html", nil, &v)
	require.ErrorContains(t, err, "Service monitoring/server:9090: GET /html: not the JSON expected")
	require.ErrorContains(t, err, "<html>")
}

func TestProxyKeepsThePathOfTheAPIServer(t *testing.T) {
	p, err := NewProxy(&rest.Config{Host: "https://rancher.example.org/k8s/clusters/c-1/"}, testEndpoint)
	require.NoError(t, err)
	require.Equal(t, "https://rancher.example.org/k8s/clusters/c-1"+testPrefix, p.base.String())
}

func TestProxyRefusesABadAddress(t *testing.T) {
	_, err := NewProxy(&rest.Config{Host: "a b:c"}, testEndpoint)
	require.ErrorContains(t, err, `address of the API server "a b:c"`)
}

// An answer without end is cut off, and not taken for a short one that is broken.
func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	p, _ := serve(t, map[string]string{"/long": strings.Repeat(" ", maxAnswer) + "{}"})
	var v any
	require.EqualError(t, p.get(t.Context(), "/long", nil, &v),
		"Service monitoring/server:9090: GET /long: the answer is longer than 32 MiB; ask for less, by a narrower query or a shorter time")
}
