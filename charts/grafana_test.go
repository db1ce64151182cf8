package charts_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"

	"firedrill/pipeline/server"
)

// grafanaFile is what the tests look at in Grafana's provisioning files.
type grafanaFile struct {
	Groups []struct {
		Name, Folder, Interval string
		Rules                  []grafanaRule
	}
	DeleteRules   []struct{ UID string } `yaml:"deleteRules"`
	ContactPoints []contactPoint         `yaml:"contactPoints"`
	Policies      []struct {
		Receiver  string
		GroupBy   []string `yaml:"group_by"`
		GroupWait string   `yaml:"group_wait"`
		Routes    []struct {
			Receiver string
			Matchers [][]string `yaml:"object_matchers"`
		}
	}
}

// contactPoint is one of Grafana's receivers.
type contactPoint struct {
	Name      string
	Receivers []struct {
		UID, Type string
		Settings  map[string]any
	}
}

// grafanaRule is a rule as Grafana reads it.
type grafanaRule struct {
	UID, Title, Condition, For string
	NoDataState                string `yaml:"noDataState"`
	ExecErrState               string `yaml:"execErrState"`
	Data                       []struct {
		RefID         string `yaml:"refId"`
		DatasourceUID string `yaml:"datasourceUid"`
		Model         struct{ Expr, Expression, Type string }
	}
	Labels, Annotations map[string]string
}

func grafanaRules(t *testing.T, r *release.Release) map[string]grafanaRule {
	t.Helper()
	file := parseGrafana(t, find[*corev1.ConfigMap](t, objects(t, r), "grafana-rules").Data["rules.yaml"])
	all := map[string]grafanaRule{}
	for _, group := range file.Groups {
		require.Equal(t, "Alarms", group.Folder)
		for _, rule := range group.Rules {
			require.NotContains(t, all, rule.Title)
			all[rule.Title] = rule
		}
	}
	return all
}

func parseGrafana(t *testing.T, text string) grafanaFile {
	t.Helper()
	var file grafanaFile
	require.NoError(t, yaml.Unmarshal([]byte(text), &file), text)
	return file
}

// Both ways must tell the same story: Grafana's rules have everything that
// Prometheus' have, in Grafana's words.
func TestGrafanaHasPrometheusRules(t *testing.T) {
	forEachMonitoring(t, func(t *testing.T, _ variant, r *release.Release) {
		if !runs(objects(t, r), "Deployment/grafana") {
			return
		}
		ours, theirs := alerts(t, r), grafanaRules(t, r)
		require.NotContains(t, theirs, "Watchdog", "a heartbeat that goes on without Prometheus")
		delete(ours, "Watchdog")
		for name, rule := range ours {
			g := theirs[name]
			require.Equal(t, rule.Expr, g.Data[0].Model.Expr, name)
			require.Equal(t, "prometheus", g.Data[0].DatasourceUID)
			require.Equal(t, duration(t, cmp.Or(rule.For, "0s")), duration(t, g.For), name)
			require.Contains(t, g.Labels["drill"], "{{ if match ")
			delete(g.Labels, "drill")
			require.Equal(t, inGrafana(rule.Labels, "$$"), g.Labels, name)
			require.Equal(t, "OK", g.NoDataState, "a dead Prometheus would be an alarm of each rule")
			require.Equal(t, "OK", g.ExecErrState)
			for _, key := range []string{"__dashboardUid__", "__panelId__"} {
				delete(g.Annotations, key)
			}
			require.Equal(t, inGrafana(rule.Annotations, "$"), g.Annotations, name)
			require.Regexp(t, "^[0-9a-f]{32}$", g.UID)
		}
	})
}

// inGrafana are texts as Grafana's templates have them.
func inGrafana(texts map[string]string, dollar string) map[string]string {
	all := maps.Clone(texts)
	for key, text := range all {
		if strings.Contains(text, "$value") {
			text = "{{ if $values.A }}" + strings.ReplaceAll(text, "$value", "$values.A.Value") + "{{ end }}"
		}
		all[key] = strings.ReplaceAll(text, "$", dollar)
	}
	return all
}

// What Prometheus cannot tell of itself, Grafana does, also when there is no answer.
func TestGrafanaHasRulesOfItsOwn(t *testing.T) {
	r, err := render("monitoring", nil)
	require.NoError(t, err)
	require.NotContains(t, alerts(t, r), "PrometheusDown")
	rule := grafanaRules(t, r)["PrometheusDown"]
	require.Equal(t, "Alerting", rule.NoDataState)
	require.Equal(t, "Alerting", rule.ExecErrState)
	require.Equal(t, "$A != 0", rule.Data[1].Model.Expression)
}

// oddRule has everything that is written in another way in Grafana.
const oddRule = `
groups:
  - name: shop
    rules:
      - record: shop:items
        expr: sum(shop_items)
      - alert: ShopEmpty
        expr: 'shop:items{shop=~"a.*$"} == 0'
        keep_firing_for: 5m
        labels: {severity: warning, shop: "{{ $labels.shop }}"}
        annotations:
          summary: 'Only {{ $value | humanize }} in {{ $labels.shop }}'
          dashboard_url: d/shop/shop?var-shop=a&viewPanel=7
`

func TestGrafanaRulesAreTranslated(t *testing.T) {
	r, err := render("monitoring", set("rules.extra", map[string]any{"shop.yaml": oddRule}))
	require.NoError(t, err)
	rules := grafanaRules(t, r)
	require.NotContains(t, rules, "", "a recording rule is no alarm")
	rule := rules["ShopEmpty"]
	require.Equal(t, `shop:items{shop=~"a.*$"} == 0`, rule.Data[0].Model.Expr)
	require.Equal(t, "0s", rule.For)
	require.Equal(t, map[string]string{
		"severity": "warning", "shop": "{{ $$labels.shop }}",
		"drill": `{{ if match "^(?:drill-.*)$$" (index $$labels "namespace") }}true{{ end }}`,
	}, rule.Labels)
	require.Equal(t, map[string]string{
		"summary": `{{ if $values.A }}{{ if match "^(?:drill-.*)$" (index $labels "namespace") }}[DRILL] {{ end }}` +
			"Only {{ $values.A.Value | humanize }} in {{ $labels.shop }}{{ end }}",
		"dashboard_url":    "http://localhost:3000/d/shop/shop?var-shop=a&viewPanel=7",
		"__dashboardUid__": "shop",
		"__panelId__":      "7",
	}, rule.Annotations)
}

func TestRulesOfOneNameAreRefused(t *testing.T) {
	_, err := render("monitoring", set("rules.extra", map[string]any{"more.yaml": oddRule, "shop.yaml": oddRule}))
	require.ErrorContains(t, err, "rule file shop.yaml: a second rule ShopEmpty after that in more.yaml")
}

// An interval that Grafana's scheduler does not meet would keep it from starting.
func TestGrafanaLooksAsOftenAsItsRulesWant(t *testing.T) {
	often := func(tick, interval string) map[string]any {
		return set("grafana.alerting", map[string]any{"tick": tick, "evaluationInterval": interval})
	}
	_, err := render("monitoring", often("2s", "5s"))
	require.ErrorContains(t, err, "grafana.alerting.evaluationInterval is 5s, which is no multiple of grafana.alerting.tick, 2s")
	for tick, toggled := range map[string]bool{"10s": false, "5s": true} {
		r, err := render("monitoring", often(tick, "1m"))
		require.NoError(t, err)
		ini := find[*corev1.ConfigMap](t, objects(t, r), "grafana").Data["grafana.ini"]
		require.Equal(t, toggled, strings.Contains(ini, "configurableSchedulerTick = true"), tick)
		require.Equal(t, toggled, strings.Contains(ini, "scheduler_tick_interval = "+tick+"\n"), tick)
	}
}

func TestGrafanaNotifiesByTheChannels(t *testing.T) {
	r, err := render("monitoring", nil)
	require.NoError(t, err)
	file := contacts(t, r)
	require.Equal(t, "people", file.Policies[0].Receiver)
	require.Equal(t, routed(t, r).Route.GroupBy, file.Policies[0].GroupBy)
	require.Equal(t, [][]string{{"drill", "=", "true"}}, file.Policies[0].Routes[0].Matchers)
	require.Equal(t, "inbox", file.Policies[0].Routes[0].Receiver)
	for i, name := range []string{"people", "inbox"} {
		require.Equal(t, name, file.ContactPoints[i].Name)
		webhook, mail := file.ContactPoints[i].Receivers[0], file.ContactPoints[i].Receivers[1]
		require.Equal(t, "webhook", webhook.Type)
		require.Equal(t, name+"-webhook", webhook.UID)
		require.Equal(t, "http://inbox.monitoring.svc:8080/webhook/grafana", webhook.Settings["url"])
		require.Equal(t, "email", mail.Type)
		require.Equal(t, "grafana@firedrill.example", mail.Settings["addresses"])
	}
}

func contacts(t *testing.T, r *release.Release) grafanaFile {
	t.Helper()
	return parseGrafana(t, find[*corev1.Secret](t, objects(t, r), "grafana-contacts").StringData["contacts.yaml"])
}

// Whatever a later version of Grafana does of its own accord, it must not call
// out: each of these keys is read by the one that runs.
func TestGrafanaCallsNobody(t *testing.T) {
	r, err := render("monitoring", nil)
	require.NoError(t, err)
	ini := find[*corev1.ConfigMap](t, objects(t, r), "grafana").Data["grafana.ini"]
	for _, line := range []string{
		"reporting_enabled = false", "check_for_updates = false", "check_for_plugin_updates = false",
		"disable_gravatar = true", "news_feed_enabled = false", "plugin_admin_enabled = false",
		"preinstall_disabled = true", "external_enabled = false", "public_key_retrieval_disabled = true",
	} {
		require.Contains(t, ini, "\n"+line+"\n")
	}
}

// Grafana notifies of the same rules as Prometheus, past its relabelling: whoever
// sets drills.namespaces has the alarms of drills marked and led away in both.
func TestGrafanaLeadsDrillsAway(t *testing.T) {
	r, err := render("monitoring", set("drills.namespaces", "drill-.*"))
	require.NoError(t, err)
	contacts := find[*corev1.Secret](t, objects(t, r), "grafana-contacts").StringData["contacts.yaml"]
	var policies struct{ Policies []map[string]any }
	require.NoError(t, yaml.Unmarshal([]byte(contacts), &policies))
	var rules []map[string]any
	for title, rule := range grafanaRules(t, r) {
		// In provisioning files $$ is a dollar.
		rules = append(rules, map[string]any{"title": title, "labels": map[string]string{"drill": strings.ReplaceAll(rule.Labels["drill"], "$$", "$")}})
	}
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		answers := map[string]any{"/api/v1/provisioning/alert-rules": rules, "/api/v1/provisioning/policies": policies.Policies[0]}
		_ = json.NewEncoder(w).Encode(answers[asked.URL.Path])
	}))
	t.Cleanup(listening.Close)
	grafana, err := server.NewGrafana(listening.URL, "", "")
	require.NoError(t, err)
	for _, rule := range rules {
		labels := map[string]string{"alertname": rule["title"].(string), "namespace": "drill-x", "drill": "true"}
		require.NoError(t, grafana.Away(t.Context(), "drill", labels))
		labels["namespace"] = "shop"
		require.ErrorContains(t, grafana.Away(t.Context(), "drill", labels), `drill="" and not "true"`)
	}
	require.NotEmpty(t, rules)
}
