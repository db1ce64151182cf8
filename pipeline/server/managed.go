package server

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// managed are the groups of Grafana-managed rules, as Grafana lists them in
// Prometheus' form.
type managed struct {
	Data struct {
		Groups []struct {
			Interval float64       `json:"interval"`
			Rules    []managedRule `json:"rules"`
		} `json:"groups"`
	} `json:"data"`
}

type managedRule struct {
	Name           string    `json:"name"`
	Query          string    `json:"query"`
	Duration       float64   `json:"duration"`
	Health         string    `json:"health"`
	LastError      string    `json:"lastError"`
	LastEvaluation time.Time `json:"lastEvaluation"`
	Alerts         []struct {
		Labels   map[string]string `json:"labels"`
		State    string            `json:"state"`
		ActiveAt time.Time         `json:"activeAt"`
	} `json:"alerts"`
}

// Rule returns the Grafana-managed rule of that name; of several, their alarms
// together and the longest times. None is an error.
func (g *Grafana) Rule(ctx context.Context, name string) (Rule, error) {
	var answer managed
	if err := g.get(ctx, "/api/prometheus/grafana/api/v1/rules", nil, &answer); err != nil {
		return Rule{}, err
	}
	var found *Rule
	for _, group := range answer.Data.Groups {
		for _, r := range group.Rules {
			if r.Name == name {
				found = merge(found, r.rule(seconds(group.Interval)))
			}
		}
	}
	if found == nil {
		return Rule{}, fmt.Errorf("%s: no Grafana-managed rule %s", g.name, name)
	}
	return *found, nil
}

func (m managedRule) rule(interval time.Duration) Rule {
	rule := Rule{
		Name: m.Name, Query: m.Query, Interval: interval, For: seconds(m.Duration),
		Health: m.Health, LastError: m.LastError,
	}
	if rule.Health == "ok" && m.LastEvaluation.IsZero() {
		rule.Health = "unknown" // Grafana says ok before the first evaluation too
	}
	for _, a := range m.Alerts {
		if state := prometheusState(a.State); state != "" {
			rule.Alarms = append(rule.Alarms, Alarm{Labels: a.Labels, State: state, ActiveAt: a.ActiveAt})
		}
	}
	return rule
}

// prometheusState is Grafana's state of an alarm in Prometheus' words, nothing
// for one that is none. Grafana lists series that are well, too, and may add a
// reason: "Normal (NoData)".
func prometheusState(state string) string {
	word, _, _ := strings.Cut(state, " ")
	switch word {
	case "Pending":
		return "pending"
	case "Alerting", "Recovering": // the latter still fires, for keep_firing_for
		return "firing"
	}
	return ""
}
