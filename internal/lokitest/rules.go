package lokitest

import (
	"fmt"
	"os"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/common/model"
)

// tenantLabel tells the receiver whose alarm it got.
const tenantLabel = "lokitest_tenant"

// Two rules always fire. known is alone at first: before its alarm has come, Loki may
// not have found the receiver of that tenant yet, and alarms are lost. judged is the
// last of its tenant: when its alarm has come, the others' have, or there are none.
const (
	known  = "LokitestKnown"
	judged = "LokitestJudged"
)

// ruleFile is a rule file; of a rule, what is changed here has a name.
type ruleFile struct {
	Groups []struct {
		Name  string           `yaml:"name"`
		Rules []map[string]any `yaml:"rules"`
	} `yaml:"groups"`
}

// rules are the rules of a test by their names.
type rules map[string]map[string]any

func readRules(paths []string) (rules, error) {
	all := rules{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var file ruleFile
		if err := yaml.Unmarshal(text, &file); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, group := range file.Groups {
			for _, rule := range group.Rules {
				if name, ok := rule["alert"].(string); ok {
					all[name] = rule
				}
			}
		}
	}
	return all, nil
}

// wait is the rule's `for`.
func (r rules) wait(name string) (time.Duration, error) {
	rule, ok := r[name]
	if !ok {
		return 0, fmt.Errorf("no rule %s in the rule files", name)
	}
	text, ok := rule["for"].(string)
	if !ok {
		return 0, nil
	}
	wait, err := model.ParseDuration(text)
	return time.Duration(wait), err
}

// forTenant is a rule file with one rule, without its `for`, for one tenant.
func (r rules) forTenant(name, tenant string) ([]byte, error) {
	labels := map[string]any{tenantLabel: tenant}
	if own, ok := r[name]["labels"].(map[string]any); ok {
		for key, value := range own {
			labels[key] = value
		}
	}
	rule := map[string]any{"alert": name, "expr": r[name]["expr"], "annotations": r[name]["annotations"], "labels": labels}
	return fileOf(name, rule, always(judged, tenant))
}

// always is a rule that always fires.
func always(name, tenant string) map[string]any {
	return map[string]any{"alert": name, "expr": "vector(1)", "labels": map[string]any{tenantLabel: tenant}}
}

// fileOf is a rule file with one group.
func fileOf(group string, rules ...map[string]any) ([]byte, error) {
	return yaml.Marshal(map[string]any{"groups": []any{
		map[string]any{"name": group, "interval": interval.String(), "rules": rules},
	}})
}
