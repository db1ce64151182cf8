package server

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What Grafana evaluates itself passes no relabelling, so its rules must mark.
func TestGrafanaAway(t *testing.T) {
	const (
		marking = `"labels": {"drill": "{{ if match \"^(?:drill-.*)$\" (index $labels \"namespace\") }}true{{ end }}"}`
		leading = `{"receiver": "people", "routes": [{"receiver": "inbox", "object_matchers": [["drill", "=", "true"]]}]}`
	)
	for name, c := range map[string]struct{ namespace, rules, policies, want string }{
		"as the chart has it": {"drill-x", `[{"title": "WebsiteDown", ` + marking + `}]`, leading, ""},
		"another namespace": {
			"shop", `[{"title": "WebsiteDown", ` + marking + `}]`, leading,
			`Grafana: its rule WebsiteDown: it gives the drill's alarms the label drill="" and not "true"`,
		},
		"no such rule":    {"shop", `[{"title": "ApiDown"}]`, "", ""},
		"a paused rule":   {"shop", `[{"title": "WebsiteDown", "isPaused": true}]`, "", ""},
		"no mark":         {"drill-x", `[{"title": "WebsiteDown"}]`, leading, `Grafana: its rule WebsiteDown: it gives the drill's alarms the label drill="" and not "true"`},
		"one of two":      {"drill-x", `[{"title": "WebsiteDown", ` + marking + `}, {"title": "WebsiteDown"}]`, leading, `it gives the drill's alarms the label drill="" and not "true"`},
		"a constant":      {"drill-x", `[{"title": "WebsiteDown", "labels": {"drill": "true"}}]`, leading, ""},
		"past the policy": {"drill-x", `[{"title": "WebsiteDown", "notification_settings": {"receiver": "people"}, ` + marking + `}]`, leading, "Grafana: its rule WebsiteDown: it notifies contact point people past all policies"},
		"of what is not known": {
			"drill-x", `[{"title": "WebsiteDown", "labels": {"drill": "{{ humanize 1 }}"}}]`, leading,
			`Grafana: its rule WebsiteDown: its label drill: template: drill:1: function "humanize" not defined`,
		},
		"no policy": {
			"drill-x", `[{"title": "WebsiteDown", ` + marking + `}]`, `{"receiver": "people"}`,
			`Grafana: its notification policies (/api/v1/provisioning/policies): no route takes all with drill="true"`,
		},
		"passed on": {
			"drill-x", `[{"title": "WebsiteDown", ` + marking + `}]`,
			`{"receiver": "people", "routes": [{"receiver": "inbox", "object_matchers": [["drill", "=", "true"]], "continue": true}]}`,
			`the route to inbox takes drill="true" but passes it on`,
		},
		"behind another": {
			"drill-x", `[{"title": "WebsiteDown", ` + marking + `}]`,
			`{"receiver": "people", "routes": [{"receiver": "pager", "object_matchers": [["severity", "=~", "c.*"]]}, {"receiver": "inbox", "object_matchers": [["drill", "=", "true"]]}]}`,
			`the route to pager comes before any that takes all with drill="true", and may take the drill's alarms`,
		},
		"no answer": {"drill-x", "broken", leading, "Grafana: GET /api/v1/provisioning/alert-rules: 500 Internal Server Error"},
	} {
		t.Run(name, func(t *testing.T) {
			g := grafana(t, map[string]string{"/api/v1/provisioning/alert-rules": c.rules, policiesPath: c.policies})
			labels := map[string]string{"alertname": "WebsiteDown", "namespace": c.namespace, "drill": "true"}
			err := g.Away(t.Context(), "drill", labels)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}
