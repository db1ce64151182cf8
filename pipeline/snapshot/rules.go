package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// changing are the fields of rules that tell of their evaluation, or that a
// server makes up.
var changing = []string{
	"state", "health", "lastError", "lastEvaluation", "evaluationTime", "alerts", "totals", "totalsFiltered",
	"id", "orgId", "updated", "updated_by", "version", "namespace_id", "namespace_uid", "guid",
}

func (o Options) rules(ctx context.Context) (map[string]string, error) {
	prometheus, err := o.prometheusRules(ctx)
	if err != nil {
		return nil, err
	}
	grafana, err := o.grafanaRules(ctx)
	maps.Copy(prometheus, grafana)
	return prometheus, err
}

// prometheusRules are the groups that Prometheus evaluates.
func (o Options) prometheusRules(ctx context.Context) (map[string]string, error) {
	texts := map[string]string{}
	if o.Prometheus == nil {
		return texts, nil
	}
	const path = "/api/v1/rules"
	p := *o.Prometheus
	body, err := o.Kubernetes.CoreV1().Services(p.Namespace).ProxyGet(p.Scheme, p.Service, strconv.Itoa(p.Port), path, nil).DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask Prometheus for its rules (%s%s): %w", p, path, err)
	}
	var answer struct {
		Data struct{ Groups []map[string]any }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("rules of Prometheus (%s%s): %w", p, path, err)
	}
	if len(answer.Data.Groups) == 0 {
		return nil, errors.New("no rules are loaded in Prometheus")
	}
	for _, group := range answer.Data.Groups {
		texts[fmt.Sprintf("prometheus: %v, group %v", group["file"], group["name"])] = jsonText(group)
	}
	return texts, nil
}

// grafanaRules are the groups of Grafana's own alerting.
func (o Options) grafanaRules(ctx context.Context) (map[string]string, error) {
	if o.Grafana == nil {
		return nil, nil
	}
	folders := map[string][]map[string]any{}
	if err := o.Grafana.Get(ctx, "/api/ruler/grafana/api/v1/rules", &folders); err != nil {
		return nil, fmt.Errorf("ask Grafana for its rules: %w", err)
	}
	texts := map[string]string{}
	for folder, groups := range folders {
		for _, group := range groups {
			texts[fmt.Sprintf("grafana: %s, group %v", folder, group["name"])] = jsonText(group)
		}
	}
	return texts, nil
}

// jsonText is a group without what changes, a field a line.
func jsonText(group map[string]any) string {
	prune(group)
	text, err := json.MarshalIndent(group, "", "  ")
	if err != nil {
		return "not JSON: " + err.Error() // of what came as JSON: cannot be
	}
	return string(text) + "\n"
}

func prune(value any) {
	switch v := value.(type) {
	case []any:
		for _, inner := range v {
			prune(inner)
		}
	case map[string]any:
		maps.DeleteFunc(v, func(key string, _ any) bool { return slices.Contains(changing, key) })
		for key, inner := range v {
			// What a rule is labelled with and what it says is all its author's.
			if key != "labels" && key != "annotations" {
				prune(inner)
			}
		}
	}
}
