package heartbeat_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/heartbeat"
	"firedrill/apps/inbox/mailbox"
)

func load(t *testing.T, text string) heartbeat.Orders {
	t.Helper()
	o, err := heartbeat.Load(file(t, text))
	require.NoError(t, err)
	return o
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heartbeat.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// client asks a handler in the way of Prometheus' own client.
type client struct{ *http.ServeMux }

func (c client) Do(_ context.Context, r *http.Request) (*http.Response, []byte, error) {
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	var answer struct{ Data json.RawMessage }
	err := json.Unmarshal(w.Body.Bytes(), &answer)
	return w.Result(), answer.Data, err
}

func ask(t *testing.T, w *heartbeat.Watch) (v1.RuleGroup, v1.AlertingRule) {
	t.Helper()
	mux := http.NewServeMux()
	w.AddTo(mux)
	response, data, err := client{mux}.Do(t.Context(), httptest.NewRequest(http.MethodGet, "/api/v1/rules", nil))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	var all v1.RulesResult
	require.NoError(t, json.Unmarshal(data, &all))
	require.Len(t, all.Groups, 1)
	require.Len(t, all.Groups[0].Rules, 1)
	return all.Groups[0], all.Groups[0].Rules[0].(v1.AlertingRule)
}

func TestPrometheusClientsReadTheRule(t *testing.T) {
	watched(t, func(t *testing.T, w *heartbeat.Watch, _ *mailbox.Box, _ *[]json.RawMessage) {
		pass(5 * time.Second)
		group, rule := ask(t, w)
		require.Equal(t, "heartbeat", group.Name)
		require.Equal(t, "inactive", rule.State)
		require.Empty(t, rule.Alerts)
		require.Equal(t, 10.0, rule.Duration)
		require.EqualValues(t, v1.RuleHealthGood, rule.Health)
		require.Equal(t, time.Now().UTC(), rule.LastEvaluation.UTC())

		pass(10 * time.Second)
		_, rule = ask(t, w)
		require.Equal(t, "firing", rule.State)
		require.Equal(t, model.LabelSet{"severity": "critical"}, rule.Labels)
		require.Len(t, rule.Alerts, 1)
		require.Equal(t, model.LabelSet{"alertname": "HeartbeatMissing", "severity": "critical"}, rule.Alerts[0].Labels)
		require.Equal(t, time.Now().Add(-15*time.Second).UTC(), rule.Alerts[0].ActiveAt.UTC())
	})
}

func TestTheLastHeartbeatIsThereWhenAsked(t *testing.T) {
	watched(t, func(t *testing.T, w *heartbeat.Watch, _ *mailbox.Box, _ *[]json.RawMessage) {
		pass(5 * time.Second)
		beat(w, mailbox.Firing)
		pass(2 * time.Second)
		mux, answer := http.NewServeMux(), httptest.NewRecorder()
		w.AddTo(mux)
		mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/v1/heartbeat", nil))
		require.JSONEq(t, `{"now": "2000-01-01T00:00:07Z", "last": "2000-01-01T00:00:05Z", "count": 1, "missing": false, "body": {"alerts": [{"labels": {"alertname": "Watchdog"}}]}}`, answer.Body.String())
	})
}

func TestBadOrders(t *testing.T) {
	for text, want := range map[string]string{
		"rule: {alert: A, for: 1s}":                                             "receiver is missing",
		"{receiver: h, rule: {for: 1s}}":                                        "rule.alert is missing",
		"{receiver: h, rule: {alert: A}}":                                       "rule.for",
		"{receiver: h, rule: {alert: A, for: 0s}}":                              "needs some time",
		"{receiver: h, rule: {alert: A, for: 1s, surprise: 1}}":                 "surprise",
		"{receiver: h, rule: {alert: A, for: 1s, labels: {a: '{{ $value }}'}}}": "plain text",
		"{receiver: h, forward: [here], rule: {alert: A, for: 1s}}":             `"here" is no http`,
	} {
		_, err := heartbeat.Load(file(t, text))
		require.ErrorContains(t, err, want)
	}
	_, err := heartbeat.Load("none")
	require.ErrorContains(t, err, "read what heartbeat to watch: open none")
}
