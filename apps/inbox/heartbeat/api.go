package heartbeat

import (
	"encoding/json"
	"net/http"
	"time"

	"firedrill/apps/serve"
)

// Server is where the API is added.
type Server interface {
	Handle(pattern string, h http.Handler)
}

// AddTo adds the API: the rule as Prometheus tells of its own, and the last
// heartbeat.
func (w *Watch) AddTo(server Server) {
	server.Handle("GET /api/v1/rules", http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		serve.JSON(rw, http.StatusOK, answer{Status: "success", Data: rules{Groups: []ruleGroup{w.group()}}})
	}))
	server.Handle("GET /api/v1/heartbeat", http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		s := w.state()
		serve.JSON(rw, http.StatusOK, beat{
			Now: time.Now().UTC(), Last: s.last.UTC(), Count: s.count, Missing: !s.firing.IsZero(), Body: s.body,
		})
	}))
}

// beat is the answer about the last heartbeat.
type beat struct {
	Now time.Time `json:"now"`
	// Last is when the last one came or, before the first, the watch began.
	Last    time.Time       `json:"last"`
	Count   int64           `json:"count"`
	Missing bool            `json:"missing"`
	Body    json.RawMessage `json:"body"`
}

// The following are the answer of Prometheus' /api/v1/rules.
type (
	answer struct {
		Status string `json:"status"`
		Data   rules  `json:"data"`
	}
	rules struct {
		Groups []ruleGroup `json:"groups"`
	}
	ruleGroup struct {
		Name     string       `json:"name"`
		File     string       `json:"file"`
		Interval float64      `json:"interval"`
		Rules    []ruleStatus `json:"rules"`
	}
	ruleStatus struct {
		State          string            `json:"state"`
		Name           string            `json:"name"`
		Query          string            `json:"query"`
		Duration       float64           `json:"duration"`
		KeepFiringFor  float64           `json:"keepFiringFor"`
		Labels         map[string]string `json:"labels"`
		Annotations    map[string]string `json:"annotations"`
		Alerts         []alertStatus     `json:"alerts"`
		Health         string            `json:"health"`
		EvaluationTime float64           `json:"evaluationTime"`
		LastEvaluation time.Time         `json:"lastEvaluation"`
		Type           string            `json:"type"`
	}
	alertStatus struct {
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
		State       string            `json:"state"`
		ActiveAt    time.Time         `json:"activeAt"`
		Value       string            `json:"value"`
	}
)

// group is the one group with the one rule. An alarm is active since the last
// heartbeat: `for` later it fires.
func (w *Watch) group() ruleGroup {
	s, rule := w.state(), w.orders.Rule
	status := ruleStatus{
		State: "inactive", Name: rule.Alert, Query: rule.Expr, Duration: rule.timeout.Seconds(),
		Labels: filled(rule.Labels), Annotations: filled(rule.Annotations), Alerts: []alertStatus{},
		Health: "ok", LastEvaluation: s.judged.UTC(), Type: "alerting",
	}
	if !s.firing.IsZero() {
		status.State = "firing"
		status.Alerts = append(status.Alerts, alertStatus{
			Labels: rule.labels(), Annotations: filled(rule.Annotations),
			State: "firing", ActiveAt: s.firing.Add(-rule.timeout).UTC(), Value: "1e+00",
		})
	}
	return ruleGroup{Name: w.orders.Receiver, File: "inbox", Interval: interval.Seconds(), Rules: []ruleStatus{status}}
}

// filled is what is no null in JSON.
func filled(texts map[string]string) map[string]string {
	if texts == nil {
		return map[string]string{}
	}
	return texts
}
