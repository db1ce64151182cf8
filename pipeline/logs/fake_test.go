package logs_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/logs"
	"firedrill/pipeline/server"
)

// world is an API server with a website and a Loki behind its service proxy.
// A request to the website writes a line; Loki has it after it was asked often
// enough.
type world struct {
	mu sync.Mutex
	// after is how often Loki is asked before it has the line; labels are
	// those that the line has there.
	after  int
	labels map[string]string
	// broken answers stand in the place of Loki's own; status is the website's.
	broken string
	status int
	mute   bool // the website logs nothing

	token   string // of the last request
	asked   int
	queries []string
}

func right() map[string]string {
	return map[string]string{"namespace": "demo", "app": "website", "container": "website", "pod": "website-1", "detected_level": "info"}
}

func newWorld() *world { return &world{labels: right(), status: http.StatusOK} }

func (w *world) options(t *testing.T) logs.Options {
	t.Helper()
	api := http.NewServeMux()
	api.HandleFunc("GET /api/v1/namespaces/demo/services/http:website:8080/proxy/{$}", w.website)
	api.HandleFunc("GET /api/v1/namespaces/monitoring/services/http:loki:3100/proxy/loki/api/v1/query_range", w.find)
	api.HandleFunc("GET /api/v1/namespaces/monitoring/services/http:loki:3100/proxy/loki/api/v1/labels", w.names)
	api.HandleFunc("GET /api/v1/namespaces/demo/services/website", say(`{"kind":"Service","apiVersion":"v1","metadata":{"name":"website"},"spec":{"selector":{"app":"website"}}}`))
	api.HandleFunc("GET /api/v1/namespaces/demo/pods", say(`{"kind":"PodList","apiVersion":"v1","items":[
		{"metadata":{"name":"website-1","namespace":"demo"},"spec":{"containers":[{"name":"website"}]}},
		{"metadata":{"name":"website-2","namespace":"demo"},"spec":{"containers":[{"name":"website"}]}}]}`))
	api.HandleFunc("GET /api/v1/namespaces/demo/pods/{pod}/log", w.log)
	listener := httptest.NewServer(api)
	t.Cleanup(listener.Close)
	return logs.Options{
		Config: logs.Config{
			Loki:    server.Endpoint{Namespace: "monitoring", Service: "loki", Port: 3100},
			Website: logs.Website{Endpoint: server.Endpoint{Namespace: "demo", Service: "website", Port: 8080}, Path: "/"},
			Labels:  map[string]string{"namespace": "demo", "app": "website", "container": "website"},
		},
		REST:     &rest.Config{Host: listener.URL},
		Deadline: 2 * time.Second,
	}
}

func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text))
	}
}

func (w *world) website(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.token = r.URL.Query().Get("token")
	rw.WriteHeader(w.status)
}

func (w *world) log(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.mute && r.PathValue("pod") == "website-2" {
		_, _ = fmt.Fprintln(rw, w.line())
	}
}

func (w *world) line() string { return fmt.Sprintf(`{"msg":"request","token":%q}`, w.token) }

func (w *world) names(rw http.ResponseWriter, _ *http.Request) {
	say(`{"status":"success","data":["container","namespace","nothing"]}`)(rw, nil)
}

// find answers as Loki does to {a="b", c=~".+"} |= "token": with the streams
// that have all the labels.
func (w *world) find(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	query := r.URL.Query().Get("query")
	w.queries = append(w.queries, query)
	w.asked++
	if w.broken != "" {
		say(w.broken)(rw, nil)
		return
	}
	type stream struct {
		Stream map[string]string `json:"stream"`
		Values [][2]string       `json:"values"`
	}
	result := []stream{}
	// Loki logs what it is asked, and the collector brings that to Loki too.
	own := map[string]string{"namespace": "monitoring", "app": "loki", "container": "loki", "pod": "loki-0"}
	for labels, line := range map[*map[string]string]string{&own: "query=" + query, &w.labels: w.line()} {
		if w.asked > w.after && selects(query, *labels) && strings.Contains(query, w.token) {
			result = append(result, stream{*labels, [][2]string{{"1795326000000000000", line + "\n"}}})
		}
	}
	text, _ := json.Marshal(map[string]any{"status": "success", "data": map[string]any{"resultType": "streams", "result": result, "stats": map[string]any{}}})
	say(string(text))(rw, nil)
}

func selects(query string, labels map[string]string) bool {
	matchers, _, _ := strings.Cut(strings.Trim(query, "{"), "}")
	for matcher := range strings.SplitSeq(matchers, ", ") {
		name, value, _ := strings.Cut(matcher, "=")
		got, there := labels[name]
		if !there || value != `~".+"` && value != fmt.Sprintf("%q", got) {
			return false
		}
	}
	return true
}
