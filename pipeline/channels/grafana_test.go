package channels

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/grafana"
)

// Grafana answers with 207 when some of its contact points failed.
func TestGrafana(t *testing.T) {
	var asked map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "admin" || password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, `{"alertmanager_config": {"receivers": [
				{"name": "grafana-default-email", "grafana_managed_receiver_configs": [{"uid": "", "type": "email"}]}, {"name": "inbox", "grafana_managed_receiver_configs": [
				{"uid": "a", "type": "webhook", "settings": {"url": "x"}}, {"uid": "b", "type": "email"}, {"uid": "c", "type": "slack"}]}]}}`)
			return
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusMultiStatus)
		_, _ = io.WriteString(w, `{"receivers": [{"name": "inbox", "grafana_managed_receiver_configs": [
			{"uid": "a", "status": "ok"}, {"uid": "b", "status": "failed", "error": "no such host"}]}]}`)
	}))
	defer server.Close()

	results, err := Grafana{grafana.Server{URL: server.URL, User: "admin", Password: "secret"}}.Send(t.Context(), "[DRILL] x")
	require.NoError(t, err)
	require.Equal(t, []Result{
		{By: "grafana", Receiver: "inbox", Integration: "webhook", Delivered: true},
		{By: "grafana", Receiver: "inbox", Integration: "email", Problem: "no such host"},
		{By: "grafana", Receiver: "inbox", Integration: "slack", Problem: "Grafana's answer says nothing of it"},
	}, results)
	alert := asked["alert"].(map[string]any)
	require.Equal(t, "true", alert["labels"].(map[string]any)["drill"])
	require.Equal(t, "[DRILL] x", alert["annotations"].(map[string]any)["summary"])

	_, err = Grafana{grafana.Server{URL: server.URL, User: "admin", Password: "wrong"}}.Send(t.Context(), "[DRILL] x")
	require.ErrorContains(t, err, "401 Unauthorized")
}
