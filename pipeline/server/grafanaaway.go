package server

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"text/template"
)

// provisionedRule is a rule of Grafana's own, as far as it tells who hears of
// its alarms.
type provisionedRule struct {
	Title  string            `json:"title"`
	Paused bool              `json:"isPaused"`
	Labels map[string]string `json:"labels"`
	// Settings are there if the rule notifies a contact point past all policies.
	Settings *struct {
		Receiver string `json:"receiver"`
	} `json:"notification_settings"`
}

// Away returns an error unless what Grafana itself makes of the alarm with these
// labels, of the rule that alertname names, goes to nobody else: its rules of that
// name give it the label, and a policy takes it away as Alertmanager's routes do.
// Without such a rule Grafana tells nobody.
func (g *Grafana) Away(ctx context.Context, label string, labels map[string]string) error {
	var rules []provisionedRule
	if err := g.get(ctx, "/api/v1/provisioning/alert-rules", nil, &rules); err != nil {
		return err
	}
	found := false
	for _, r := range rules {
		if r.Title != labels["alertname"] || r.Paused {
			continue
		}
		found = true
		if err := r.marks(label, labels); err != nil {
			return fmt.Errorf("%s: its rule %s: %w", g.name, r.Title, err)
		}
	}
	if !found {
		return nil
	}
	var policies route
	if err := g.get(ctx, policiesPath, nil, &policies); err != nil {
		return err
	}
	if err := policies.away(label, labels); err != nil {
		return fmt.Errorf("%s: its notification policies (%s): %w", g.name, policiesPath, err)
	}
	return nil
}

// marks returns an error unless the rule gives the label its value, and leaves it
// to the policies who is told.
func (r provisionedRule) marks(label string, labels map[string]string) error {
	if r.Settings != nil && r.Settings.Receiver != "" {
		return fmt.Errorf("it notifies contact point %s past all policies", r.Settings.Receiver)
	}
	value, err := filledIn(r.Labels[label], label, labels)
	if err != nil {
		return fmt.Errorf("its label %s: %w", label, err)
	}
	if value != labels[label] {
		return fmt.Errorf("it gives the drill's alarms the label %s=%q and not %q", label, value, labels[label])
	}
	return nil
}

// filledIn is a label's template as Grafana fills it in for an alarm with these
// labels. What a template of marks needs is there of Grafana's functions; another
// one is an error.
func filledIn(text, label string, labels map[string]string) (string, error) {
	known := maps.Clone(labels)
	delete(known, label)
	functions := template.FuncMap{"match": regexp.MatchString}
	parsed, err := template.New(label).Funcs(functions).Option("missingkey=zero").Parse("{{ $labels := . }}" + text)
	if err != nil {
		return "", err
	}
	var value strings.Builder
	if err := parsed.Execute(&value, known); err != nil {
		return "", err
	}
	return value.String(), nil
}
