package server

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// managed are groups of rules as Grafana, Loki and inbox list them in
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
	Type           string    `json:"type"`
	Name           string    `json:"name"`
	Query          string    `json:"query"`
	Duration       float64   `json:"duration"`
	Health         string    `json:"health"`
	LastError      string    `json:"lastError"`
	LastEvaluation time.Time `json:"lastEvaluation"`
	Alerts         []struct {
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
		State       string            `json:"state"`
		ActiveAt    time.Time         `json:"activeAt"`
		Value       string            `json:"value"`
	} `json:"alerts"`
}

// Rule returns the Grafana-managed rule of that name; of several, their alarms
// together and the longest times. None is an error.
func (g *Grafana) Rule(ctx context.Context, name string) (Rule, error) {
	rules, err := g.Rules(ctx)
	if err != nil {
		return Rule{}, err
	}
	return named(rules, name, func() error { return fmt.Errorf("%s: no Grafana-managed rule %s", g.name, name) })
}

// rules are the alerting rules, those of one name as one.
func (m managed) rules() []Rule {
	var all []Rule
	for _, group := range m.Data.Groups {
		for _, r := range group.Rules {
			if r.Type != "recording" {
				all = append(all, r.rule(seconds(group.Interval)))
			}
		}
	}
	return joined(all)
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
			rule.Alarms = append(rule.Alarms, Alarm{
				Labels: a.Labels, State: state, ActiveAt: a.ActiveAt, Value: a.Value, Annotations: a.Annotations,
			})
		}
	}
	return rule
}

// prometheusState is a state of an alarm in Prometheus' words, nothing
// for one that is none. Grafana lists series that are well, too, and may add a
// reason: "Normal (NoData)".
func prometheusState(state string) string {
	word, _, _ := strings.Cut(state, " ")
	switch word {
	case "Pending", "pending":
		return "pending"
	case "Alerting", "firing", "Recovering": // the last still fires, for keep_firing_for
		return "firing"
	}
	return ""
}
