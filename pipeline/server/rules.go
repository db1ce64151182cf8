package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// Where servers list the rules that they evaluate, in Prometheus' form: Prometheus and
// inbox, and Loki's ruler.
const (
	RulesPath     = "/api/v1/rules"
	LokiRulesPath = "/prometheus/api/v1/rules"
)

// Ruler asks a server that lists the rules that it evaluates in Prometheus'
// form: Loki's ruler and inbox.
type Ruler struct {
	site
	path string
}

// NewLoki returns a client for the ruler of the Loki behind p.
func NewLoki(p *Proxy) *Ruler { return &Ruler{site: p.site, path: LokiRulesPath} }

// Rules returns every alerting rule of the server, by name; those of one name
// as one.
func (r *Ruler) Rules(ctx context.Context) ([]Rule, error) {
	var answer managed
	err := r.get(ctx, r.path, nil, &answer)
	if errors.Is(err, errNotFound) { // what Loki says of none, and who evaluates none
		return nil, nil
	}
	return answer.rules(), err
}

// Rule returns the alerting rule of that name. None is an error.
func (r *Ruler) Rule(ctx context.Context, name string) (Rule, error) {
	rules, err := r.Rules(ctx)
	if err != nil {
		return Rule{}, err
	}
	return named(rules, name, func() error { return fmt.Errorf("%s: no alerting rule %s is loaded", r.name, name) })
}

// Rules returns every alerting rule that inbox evaluates itself, by name.
func (i *Inbox) Rules(ctx context.Context) ([]Rule, error) {
	return i.ruler().Rules(ctx)
}

// Rule returns inbox' own alerting rule of that name. None is an error.
func (i *Inbox) Rule(ctx context.Context, name string) (Rule, error) {
	return i.ruler().Rule(ctx, name)
}

func (i *Inbox) ruler() *Ruler { return &Ruler{site: i.proxy.site, path: RulesPath} }

// Rules returns every alerting rule that Prometheus evaluates, by name; those
// of one name as one.
func (p *Prometheus) Rules(ctx context.Context) ([]Rule, error) { return p.rules.get(ctx, p.readRules) }

func (p *Prometheus) readRules(ctx context.Context) ([]Rule, error) {
	answer, err := p.api.Rules(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: rules: %w", p.proxy.name, err)
	}
	var all []Rule
	for _, group := range answer.Groups {
		for _, r := range group.Rules {
			if alerting, ok := r.(promv1.AlertingRule); ok {
				all = append(all, newRule(alerting, seconds(group.Interval)))
			}
		}
	}
	return joined(all), nil
}

// Rules returns every Grafana-managed rule, by name; those of one name as one.
func (g *Grafana) Rules(ctx context.Context) ([]Rule, error) { return g.rules.get(ctx, g.readRules) }

func (g *Grafana) readRules(ctx context.Context) ([]Rule, error) {
	var answer managed
	if err := g.get(ctx, "/api/prometheus/grafana/api/v1/rules", nil, &answer); err != nil {
		return nil, err
	}
	return answer.rules(), nil
}

// joined puts rules of one name together, ordered by name.
func joined(all []Rule) []Rule {
	byName := map[string]*Rule{}
	for _, r := range all {
		byName[r.Name] = merge(byName[r.Name], r)
	}
	var rules []Rule
	for _, r := range byName {
		rules = append(rules, *r)
	}
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	return rules
}

func named(rules []Rule, name string, none func() error) (Rule, error) {
	for _, r := range rules {
		if r.Name == name {
			return r, nil
		}
	}
	return Rule{}, none()
}
