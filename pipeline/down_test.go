package pipeline

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// broken is an API server with the record of a drill that was killed after it
// had set the website to no replicas. It notes what is changed.
type broken struct{ changed []string }

func (b *broken) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const maps, website = "/api/v1/namespaces/firedrill/configmaps", "/apis/apps/v1/namespaces/demo/deployments/website"
	w.Header().Set("Content-Type", "application/json")
	if r.Method != http.MethodGet {
		b.changed = append(b.changed, r.Method+" "+r.URL.Path)
	}
	switch r.URL.Path {
	case maps:
		record := `{"drill": "website-down", "holder": {}, "repair_seconds": 5, "faults": [
			{"spec": {"scale": {"namespace": "demo", "deployment": "website", "replicas": 0}}, "before": {"replicas": 2}}]}`
		_ = json.NewEncoder(w).Encode(map[string]any{"kind": "ConfigMapList", "apiVersion": "v1", "items": []any{
			map[string]any{"metadata": map[string]any{"namespace": "firedrill", "name": "undo-website-down"}, "data": map[string]any{"record": record}},
			map[string]any{"metadata": map[string]any{"namespace": "firedrill", "name": "kube-root-ca.crt"}},
		}})
	case maps + "/undo-website-down":
		_, _ = w.Write([]byte(`{"kind": "Status", "apiVersion": "v1", "status": "Success"}`))
	case website, website + "/scale":
		_, _ = w.Write([]byte(`{"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"namespace": "demo", "name": "website"},
			"spec": {"replicas": 2}, "status": {"availableReplicas": 2}}`))
	default:
		http.NotFound(w, r)
	}
}

// A cluster of the user's stays, but nothing in it stays broken.
func TestDownMendsAClusterOfTheUsers(t *testing.T) {
	api := &broken{}
	listening := httptest.NewServer(api)
	defer listening.Close()
	o, events := site(t)
	leave(t, o, "mine")
	o.Kubeconfig, o.Content = at(t, listening.URL), "none.yaml"
	require.NoError(t, Down(t.Context(), o, false))
	require.Equal(t, []string{
		"PUT /api/v1/namespaces/firedrill/configmaps/undo-website-down",
		"PATCH /apis/apps/v1/namespaces/demo/deployments/website",
		"DELETE /api/v1/namespaces/firedrill/configmaps/undo-website-down",
	}, api.changed)
	require.Equal(t, []string{"mine"}, runsOf(t, o), "the run is another cluster's")
	require.Contains(t, events.lines, "teardown/undo website-down: passed")
}

func TestDownOfTheUsersClusterNamesNoRun(t *testing.T) {
	o, _ := site(t)
	o.Kubeconfig = at(t, "http://127.0.0.1:1")
	require.ErrorContains(t, Down(t.Context(), o, true), "leave --name and --all out")
	o.Name = "mine"
	require.ErrorContains(t, Down(t.Context(), o, false), "leave --name and --all out")
}
