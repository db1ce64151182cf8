package pipeline

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// apiServer answers what is asked through the API server's service proxy of the
// site's servers, by "service path"; it knows nothing else.
type apiServer map[string]func(r *http.Request) string

func (a apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := r.Method + " " + r.URL.Path
	if path, proxied := strings.CutPrefix(r.URL.Path, "/api/v1/namespaces/watch/services/http:"); proxied {
		service, rest, _ := strings.Cut(path, ":")
		_, path, _ = strings.Cut(rest, "/proxy")
		asked = service + " " + path
	}
	answer, known := a[asked]
	if !known {
		http.Error(w, `{"message": "nothing answers `+asked+`"}`, http.StatusServiceUnavailable)
		return
	}
	_ = r.ParseForm()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(answer(r)))
}

// on are options for the cluster behind that API server.
func (a apiServer) on(t *testing.T) Options {
	t.Helper()
	listening := httptest.NewServer(a)
	t.Cleanup(listening.Close)
	o, _ := site(t)
	o.Kubeconfig = at(t, listening.URL)
	return o
}

// always gives one answer.
func always(text string) func(*http.Request) string {
	return func(*http.Request) string { return text }
}
