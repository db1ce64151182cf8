package server

import (
	"context"
	"fmt"
	"time"

	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// Rule is an alerting rule as a Prometheus has loaded it.
type Rule struct {
	Name, Query string
	// Interval is how often the rule's group is evaluated, For how long the
	// expression must hold before the alarm fires.
	Interval, For time.Duration
	// Health is "ok" after an evaluation that worked, "unknown" before the
	// first, "err" with LastError after one that failed.
	Health, LastError string
	// Alarms are the rule's alarms that are pending or firing.
	Alarms []Alarm
}

// Alarm is one alarm of a rule in Prometheus.
type Alarm struct {
	Labels map[string]string
	// State is "pending" or "firing".
	State string
	// ActiveAt is the evaluation in which the expression first held.
	ActiveAt time.Time
	// Value is that of the expression, as the server writes it.
	Value string
	// Annotations are the alarm's, with their templates filled in.
	Annotations map[string]string
}

// Rule returns the alerting rule of that name; of several, their alarms
// together and the longest times. None is an error.
func (p *Prometheus) Rule(ctx context.Context, name string) (Rule, error) {
	rules, err := p.Rules(ctx)
	if err != nil {
		return Rule{}, err
	}
	return named(rules, name, func() error { return fmt.Errorf("%s: no alerting rule %s is loaded", p.proxy.name, name) })
}

func newRule(r promv1.AlertingRule, interval time.Duration) Rule {
	rule := Rule{
		Name: r.Name, Query: r.Query, Interval: interval, For: seconds(r.Duration),
		Health: string(r.Health), LastError: r.LastError,
	}
	for _, a := range r.Alerts {
		rule.Alarms = append(rule.Alarms, Alarm{
			Labels: labels(a.Labels), State: string(a.State), ActiveAt: a.ActiveAt,
			Value: a.Value, Annotations: labels(a.Annotations),
		})
	}
	return rule
}

// merge joins rules of one name, as when each severity has its own threshold.
func merge(a *Rule, b Rule) *Rule {
	if a == nil {
		return &b
	}
	a.Interval, a.For = max(a.Interval, b.Interval), max(a.For, b.For)
	a.Query += " or " + b.Query
	a.Alarms = append(a.Alarms, b.Alarms...)
	if b.Health != "ok" {
		a.Health, a.LastError = b.Health, b.LastError
	}
	return a
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func labels(set model.LabelSet) map[string]string {
	m := make(map[string]string, len(set))
	for k, v := range set {
		m[string(k)] = string(v)
	}
	return m
}
