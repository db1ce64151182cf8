package panels

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/dashboards"
)

// fake is a Grafana with one data source of each kind.
type fake struct {
	mu        sync.Mutex
	answers   map[string]string // by the expr of a query: an Answer as JSON
	labels    map[string][]string
	requests  []Request
	resources []string
}

func (f *fake) Query(_ context.Context, r Request) (map[string]Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, r)
	all := map[string]Answer{}
	for _, q := range r.Queries {
		expr := fmt.Sprint(q["expr"])
		text, known := f.answers[expr]
		if !known {
			return nil, errors.New("unexpected query " + expr)
		}
		var a Answer
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			return nil, err
		}
		all[fmt.Sprint(q["refId"])] = a
	}
	return all, nil
}

func (f *fake) Resource(_ context.Context, uid, path string, parameters map[string]string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	asked := uid + " " + path + " " + parameters["match[]"] + parameters["query"]
	f.resources = append(f.resources, asked)
	values, known := f.labels[asked]
	if !known {
		return nil, errors.New("status 502: no such host")
	}
	return json.Marshal(map[string]any{"status": "success", "data": values})
}

var sources = []dashboards.Source{
	{UID: "loki", Name: "Loki", Type: "loki"},
	{UID: "mimir", Name: "Mimir", Type: "prometheus"},
	{UID: "prometheus", Name: "Prometheus", Type: "prometheus", Default: true},
}

const (
	one    = `{"frames": [{"schema": {"fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", "labels": {"pod": "a"}, "config": {"displayNameFromDS": "pod a"}}]}, "data": {"values": [[1000, 2000], [1, null]]}}]}`
	none   = `{"frames": [{"schema": {"fields": []}, "data": {"values": []}}]}`
	broken = `{"error": "parse error: unexpected end of input", "frames": null}`
)

// noon is when the tests are held.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// dashboard reads a dashboard of panels and variables, given as JSON lists.
func dashboard(t *testing.T, panels, variables string) dashboards.Dashboard {
	t.Helper()
	text := fmt.Sprintf(`{"uid": "d", "title": "D", "time": {"from": "now-1h", "to": "now"}, "panels": %s, "templating": {"list": %s}}`, panels, variables)
	d := dashboards.Dashboard{File: "d.json", UID: "d", Title: "D"}
	require.NoError(t, json.Unmarshal([]byte(text), &d.Content))
	return d
}

const metrics = `{"name": "metrics", "type": "datasource", "query": "prometheus"}`

// target is a panel's list of one query.
func target(id int, title, expr string) string {
	text, _ := json.Marshal(expr)
	return fmt.Sprintf(`{"id": %d, "title": %q, "type": "timeseries", "targets": [{"refId": "A", "datasource": {"type": "prometheus", "uid": "${metrics}"}, "expr": %s}]}`, id, title, text)
}

func options(f *fake, all ...dashboards.Dashboard) Options {
	return Options{Dashboards: all, Querier: f, Sources: sources, Now: func() time.Time { return noon }}
}
