package snapshot

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// changing are the fields of rules that tell of their evaluation, or that a
// server makes up.
var changing = []string{
	"state", "health", "lastError", "lastEvaluation", "evaluationTime", "alerts", "totals", "totalsFiltered",
	"id", "orgId", "updated", "updated_by", "version", "namespace_id", "namespace_uid", "guid",
}

func (o Options) rules(ctx context.Context) (map[string]string, error) {
	texts, err := o.grafanaRules(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range o.Rulers {
		loaded, err := o.loaded(ctx, r)
		if err != nil {
			return nil, err
		}
		maps.Copy(texts, loaded)
	}
	return texts, nil
}

// loaded are the groups that a server evaluates.
func (o Options) loaded(ctx context.Context, r Ruler) (map[string]string, error) {
	body, err := o.Kubernetes.CoreV1().Services(r.Namespace).ProxyGet(r.Scheme, r.Service, strconv.Itoa(r.Port), r.Path, nil).DoRaw(ctx)
	switch {
	case apierrors.IsNotFound(err): // what Loki says of none, and inbox without rules
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("ask %s for its rules (%s%s): %w", r.Name, r, r.Path, err)
	}
	var answer struct {
		Data struct{ Groups []map[string]any }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("rules of %s (%s%s): %w", r.Name, r, r.Path, err)
	}
	texts := map[string]string{}
	for _, group := range answer.Data.Groups {
		texts[fmt.Sprintf("%s: %v, group %v", r.Name, group["file"], group["name"])] = jsonText(group)
	}
	return texts, nil
}

// grafanaRules are the groups of Grafana's own alerting.
func (o Options) grafanaRules(ctx context.Context) (map[string]string, error) {
	texts := map[string]string{}
	if o.Grafana == nil {
		return texts, nil
	}
	folders := map[string][]map[string]any{}
	if err := o.Grafana.Get(ctx, "/api/ruler/grafana/api/v1/rules", &folders); err != nil {
		return nil, fmt.Errorf("ask Grafana for its rules: %w", err)
	}
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
