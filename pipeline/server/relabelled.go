package server

import (
	"context"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/model"
	labelset "github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/relabel"
)

// relabelling is the part of Prometheus' configuration that changes the labels
// of alarms on their way to Alertmanager.
type relabelling struct {
	Alerting struct {
		Relabel []struct {
			Source      []string `yaml:"source_labels"`
			Separator   *string  `yaml:"separator"`
			Regex       *string  `yaml:"regex"`
			Target      string   `yaml:"target_label"`
			Replacement *string  `yaml:"replacement"`
			Action      string   `yaml:"action"`
			Modulus     uint64   `yaml:"modulus"`
		} `yaml:"alert_relabel_configs"`
	} `yaml:"alerting"`
}

// Relabelled returns the labels with which Alertmanager gets an alarm that has
// these, by the alert_relabel_configs that Prometheus has loaded; none for an
// alarm that they drop.
func (p *Prometheus) Relabelled(ctx context.Context, of map[string]string) (map[string]string, error) {
	answer, err := p.api.Config(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: its configuration: %w", p.proxy.name, err)
	}
	var config relabelling
	if err := yaml.Unmarshal([]byte(answer.YAML), &config); err != nil {
		return nil, fmt.Errorf("%s: its configuration: %w", p.proxy.name, err)
	}
	rules, err := config.rules()
	if err != nil {
		return nil, fmt.Errorf("%s: its configuration: alert_relabel_configs: %w", p.proxy.name, err)
	}
	result, keep := relabel.Process(labelset.FromMap(of), rules...)
	if !keep {
		return map[string]string{}, nil
	}
	return result.Map(), nil
}

func (r relabelling) rules() ([]*relabel.Config, error) {
	var rules []*relabel.Config
	for _, x := range r.Alerting.Relabel {
		rule := relabel.DefaultRelabelConfig
		rule.TargetLabel, rule.Modulus, rule.NameValidationScheme = x.Target, x.Modulus, model.UTF8Validation
		for _, s := range x.Source {
			rule.SourceLabels = append(rule.SourceLabels, model.LabelName(s))
		}
		if x.Separator != nil {
			rule.Separator = *x.Separator
		}
		if x.Replacement != nil {
			rule.Replacement = *x.Replacement
		}
		if x.Action != "" {
			rule.Action = relabel.Action(x.Action)
		}
		if x.Regex != nil {
			regex, err := relabel.NewRegexp(*x.Regex)
			if err != nil {
				return nil, err
			}
			rule.Regex = regex
		}
		if err := rule.Validate(model.UTF8Validation); err != nil {
			return nil, err
		}
		rules = append(rules, &rule)
	}
	return rules, nil
}
