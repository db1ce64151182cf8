package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
)

// listed are two groups with an alarm, a recording rule, and two rules of one name.
const listed = `{"status": "success", "data": {"groups": [
	{"interval": 5, "rules": [
		{"type": "alerting", "name": "ErrorBurst", "query": "sum(rate({app=\"x\"}[1m])) > 5", "duration": 10, "health": "ok",
		 "lastEvaluation": "2026-11-22T05:40:00Z", "alerts": [{"state": "firing", "activeAt": "2026-11-22T05:39:50Z", "value": "7",
		 "labels": {"namespace": "demo"}, "annotations": {"summary": "many errors"}}]},
		{"type": "recording", "name": "errors:rate", "query": "x", "health": "ok"}]},
	{"interval": 20, "rules": [
		{"type": "alerting", "name": "Silence", "query": "b", "duration": 60, "health": "ok"},
		{"type": "alerting", "name": "Silence", "query": "a", "duration": 30, "health": "err", "lastError": "no", "lastEvaluation": "2026-11-22T05:40:00Z"}]}]}}`

type asker interface {
	Rules(ctx context.Context) ([]Rule, error)
	Rule(ctx context.Context, name string) (Rule, error)
}

// rulers are Loki's ruler and inbox, which list rules in the same form.
func rulers(t *testing.T, answer string) map[string]asker {
	t.Helper()
	loki, _ := serve(t, map[string]string{"/prometheus/api/v1/rules": answer})
	inbox, _ := serve(t, map[string]string{"/api/v1/rules": answer})
	return map[string]asker{"loki": NewLoki(loki), "inbox": NewInbox(inbox)}
}

func TestRulesOfOthers(t *testing.T) {
	for name, r := range rulers(t, listed) {
		t.Run(name, func(t *testing.T) {
			rules, err := r.Rules(t.Context())
			require.NoError(t, err)
			require.Len(t, rules, 2, "no recording rule, and each name once")
			burst, silence := rules[0], rules[1]
			require.Equal(t, "ErrorBurst", burst.Name)
			require.Equal(t, 5*time.Second, burst.Interval)
			require.Equal(t, 10*time.Second, burst.For)
			require.Equal(t, []Alarm{{
				Labels: map[string]string{"namespace": "demo"}, State: "firing", Value: "7",
				ActiveAt: time.Date(2026, 11, 22, 5, 39, 50, 0, time.UTC), Annotations: map[string]string{"summary": "many errors"},
			}}, burst.Alarms)
			require.Equal(t, time.Minute, silence.For, "the longest of both")
			require.NotEqual(t, "ok", silence.Health, "one is broken, the other was never evaluated")

			one, err := r.Rule(t.Context(), "ErrorBurst")
			require.NoError(t, err)
			require.Equal(t, burst, one)
			_, err = r.Rule(t.Context(), "DiskFull")
			require.EqualError(t, err, "Service monitoring/server:9090: no alerting rule DiskFull is loaded")
		})
	}
}

func TestRulesOfOthersThatDoNotAnswer(t *testing.T) {
	p, _ := serve(t, nil)
	for _, r := range []asker{NewLoki(p), NewInbox(p)} {
		_, err := r.Rules(t.Context())
		require.ErrorContains(t, err, "no endpoints available")
		_, err = r.Rule(t.Context(), "ErrorBurst")
		require.ErrorContains(t, err, "no endpoints available")
	}
}

// Loki says 404 of no rules at all; that is none, and no failure.
func TestLokiWithoutRules(t *testing.T) {
	listening := httptest.NewServer(http.NotFoundHandler())
	defer listening.Close()
	p, err := NewProxy(&rest.Config{Host: listening.URL}, testEndpoint)
	require.NoError(t, err)
	rules, err := NewLoki(p).Rules(t.Context())
	require.NoError(t, err)
	require.Empty(t, rules)
	_, err = NewLoki(p).Rule(t.Context(), "ErrorBurst")
	require.ErrorContains(t, err, "no alerting rule ErrorBurst is loaded")
}
