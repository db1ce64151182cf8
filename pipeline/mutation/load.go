package mutation

import (
	"fmt"
	"maps"

	"github.com/goccy/go-yaml"
)

// Values are the values of a Helm release by which its chart loads the mutants
// beside the rules.
func Values(mutants []Mutant) (map[string]any, error) {
	text, err := RuleFile(mutants)
	if err != nil {
		return nil, err
	}
	return map[string]any{"rules": map[string]any{"extra": map[string]any{"mutants.yaml": text}}}, nil
}

// RuleFile is a rule file of all mutants but those that were taken out.
func RuleFile(mutants []Mutant) (string, error) {
	rules := []map[string]any{}
	for _, m := range mutants {
		if m.Expr == "" {
			continue
		}
		labels := maps.Clone(m.rule.Labels)
		if labels == nil {
			labels = map[string]string{}
		}
		labels[Label] = m.Name
		rule := map[string]any{"alert": m.Name, "expr": m.Expr, "labels": labels}
		if m.rule.For != "" {
			rule["for"] = m.rule.For
		}
		if m.rule.KeepFiringFor != "" {
			rule["keep_firing_for"] = m.rule.KeepFiringFor
		}
		rules = append(rules, rule)
	}
	text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "mutants", "rules": rules}}})
	if err != nil {
		return "", fmt.Errorf("write the rule file of the mutants: %w", err)
	}
	return string(text), nil
}
