package pipeline

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
)

// shop is a Grafana with one dashboard, whose one panel shows a pod. It notes what
// is queried.
func shop(t *testing.T, queried *map[string]any) panelsOf {
	t.Helper()
	answers := map[string]string{
		"GET /api/dashboards/uid/web": `{"meta": {}, "dashboard": {"uid": "web", "title": "Web", "time": {"from": "now-1h", "to": "now"}, "templating": {"list": [
			{"name": "namespace", "type": "textbox", "query": "other", "current": {"value": "other"}}]}, "panels": [{"id": 1, "type": "timeseries", "title": "Up",
			"datasource": {"type": "prometheus", "uid": "p"}, "targets": [{"refId": "A", "expr": "up{namespace=\"$namespace\"}"}]}]}}`,
		"GET /api/datasources": `[{"uid": "p", "name": "Prometheus", "type": "prometheus", "isDefault": true}]`,
		"POST /api/ds/query": `{"results": {"A": {"status": 200, "frames": [{"schema": {"fields": [{"name": "Time", "type": "time"},
			{"name": "Value", "type": "number", "labels": {"pod": "web-1"}}]}, "data": {"values": [[1000000], [1]]}}]}}}`,
	}
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer, known := answers[r.Method+" "+r.URL.Path]
		if !known {
			w.WriteHeader(http.StatusNotFound)
			answer = `{"message": "Not found"}`
		}
		if r.Method == http.MethodPost {
			_ = json.NewDecoder(r.Body).Decode(queried)
		}
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(listening.Close)
	return panelsOf{dashboards.Options{URL: listening.URL, User: "admin", Password: "secret"}}
}

// A panel is asked as the link opens it: its variables, its time.
func TestPanelsOfLinks(t *testing.T) {
	var queried map[string]any
	from, to := time.Unix(900, 0), time.Unix(1200, 0)
	shown, err := shop(t, &queried).Ask(t.Context(), drill.PanelQuery{
		Dashboard: "web", Panel: "1", Variables: map[string][]string{"namespace": {"demo"}}, From: from, To: to,
	})
	require.NoError(t, err)
	require.Len(t, shown, 1)
	require.Equal(t, map[string]string{"pod": "web-1"}, shown[0].Labels)
	require.Equal(t, time.Unix(1000, 0), shown[0].Times[0].Local())
	require.Equal(t, "900000", queried["from"])
	require.Equal(t, "1200000", queried["to"])
	require.Equal(t, `up{namespace="demo"}`, queried["queries"].([]any)[0].(map[string]any)["expr"])
}

func TestPanelsOfLinksThatLeadNowhere(t *testing.T) {
	var queried map[string]any
	grafana := shop(t, &queried)
	for name, c := range map[string]struct{ dashboard, panel, want string }{
		"no number":    {"web", "one", `panel "one": its id is no number`},
		"no panel":     {"web", "2", `dashboard "Web" has no panel 2`},
		"no dashboard": {"cart", "1", "cart"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := grafana.Ask(t.Context(), drill.PanelQuery{Dashboard: c.dashboard, Panel: c.panel, From: time.Unix(1, 0), To: time.Unix(2, 0)})
			require.ErrorContains(t, err, c.want)
			require.Nil(t, queried)
		})
	}
}
