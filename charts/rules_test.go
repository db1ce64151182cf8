package charts_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
)

// rule is an alerting rule of a rule file.
type rule struct {
	Alert       string
	Expr        string
	For         string
	Labels      map[string]string
	Annotations map[string]string
}

// alerts are the rules that a release loads into Prometheus, by name.
func alerts(t *testing.T, r *release.Release) map[string]rule {
	t.Helper()
	all := map[string]rule{}
	for name, text := range find[*corev1.ConfigMap](t, objects(t, r), "prometheus-rules").Data {
		for _, a := range parseRules(t, name, []byte(text)) {
			require.NotContains(t, all, a.Alert, "two rules of one name")
			all[a.Alert] = a
		}
	}
	require.NotEmpty(t, all)
	return all
}

func parseRules(t *testing.T, name string, text []byte) []rule {
	t.Helper()
	var file struct{ Groups []struct{ Rules []rule } }
	require.NoError(t, yaml.Unmarshal(text, &file), name)
	var all []rule
	for _, group := range file.Groups {
		for _, r := range group.Rules {
			if r.Alert != "" {
				all = append(all, r)
			}
		}
	}
	return all
}

// shipped are the rules as their evaluators get them, by who evaluates them and
// name.
func shipped(t *testing.T) map[string]rule {
	t.Helper()
	monitoring, err := render("monitoring", nil)
	require.NoError(t, err)
	inbox, err := render("inbox", nil)
	require.NoError(t, err)
	all := map[string]rule{}
	for name, r := range alerts(t, monitoring) {
		all["prometheus/"+name] = r
	}
	for name, r := range grafanaRules(t, monitoring) {
		all["grafana/"+name] = rule{Alert: name, Labels: r.Labels, Annotations: r.Annotations}
	}
	for file, text := range find[*corev1.ConfigMap](t, objects(t, monitoring), "loki-rules").Data {
		for _, r := range parseRules(t, file, []byte(text)) {
			all["loki/"+r.Alert] = r
		}
	}
	heartbeat := inboxOrders(t, inbox).Rule
	all["inbox/"+heartbeat.Alert] = rule{Alert: heartbeat.Alert, Labels: heartbeat.Labels, Annotations: heartbeat.Annotations}
	return all
}

// Where links lead is looked at beside the drills, for all rule files; here they
// have become absolute.
func TestEveryRuleExplainsItself(t *testing.T) {
	r, err := render("monitoring", nil)
	require.NoError(t, err)
	base := chartutil.Values(r.Chart.Values)
	runbooks, err := base.PathValue("rules.runbookBaseURL")
	require.NoError(t, err)

	explained := map[string]bool{}
	for name, a := range shipped(t) {
		explained[a.Alert] = true
		t.Run(name, func(t *testing.T) {
			require.NotEmpty(t, a.Annotations["summary"])
			require.NotEmpty(t, a.Annotations["description"])
			require.NotEmpty(t, a.Labels["severity"])
			require.Regexp(t, "^"+regexp.QuoteMeta(runbooks.(string))+"runbooks/", a.Annotations["runbook_url"])
			require.Regexp(t, "^http://localhost:3000/d/", a.Annotations["dashboard_url"])
		})
	}
	for _, path := range ruleFiles(t) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, a := range parseRules(t, path, text) {
			require.True(t, explained[a.Alert], "%s: %s reaches nobody who evaluates it", path, a.Alert)
		}
	}
}

func TestWaitsAndLinksOfRules(t *testing.T) {
	const page = "https://runbooks.firedrill.example/runbooks/WebsiteDown.md"
	const panel = "http://localhost:3000/d/website/website?viewPanel="
	everything := variant{chart: "monitoring", values: "monitoring/ci/values-everything.yaml"}.load(t)
	drill := variant{chart: "monitoring", values: "monitoring/values-drill.yaml"}.load(t)
	sub := set("rules.dashboardBaseURL", "https://grafana.firedrill.example/sub")
	for _, c := range []struct {
		name                   string
		vals                   map[string]any
		alert, wait, page, url string
	}{
		{"as written", nil, "WebsiteDown", "1m", page, panel + "1"},
		{"cut for drills", drill, "WebsiteDown", "4s", page, panel + "1"},
		{"shorter than the cut", everything, "WebsiteDown", "1m", page, panel + "1"},
		{"a user's own", everything, "ShopSlow", "2m", "https://wiki.firedrill.example/slow", panel + "2"},
		{"base without a slash", sub, "WebsiteDown", "1m", page, "https://grafana.firedrill.example/sub/d/website/website?viewPanel=1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := render("monitoring", c.vals)
			require.NoError(t, err)
			a := alerts(t, r)[c.alert]
			require.Equal(t, c.wait, a.For)
			require.Equal(t, c.page, a.Annotations["runbook_url"])
			url, _, _ := strings.Cut(a.Annotations["dashboard_url"], "&")
			require.Equal(t, c.url, url)
		})
	}
}

// Some rules need more time than others in drills; what `rules mutate` makes of them, too.
func TestRulesWithAMaximumOfTheirOwn(t *testing.T) {
	const text = "groups: [{name: a, rules: [{alert: A, expr: a, for: 1m}, {alert: A__removed, expr: b, for: 1m}, {alert: B, expr: c, for: 1m}]}]"
	for maximum, want := range map[string][]string{"": {"1m", "1m", "1m"}, "4s": {"10s", "10s", "4s"}} {
		r, err := render("monitoring", map[string]any{"rules": map[string]any{
			"maxFor": maximum, "maxForOf": map[string]any{"A": "10s"}, "extra": map[string]any{"a.yaml": text},
		}})
		require.NoError(t, err)
		all := alerts(t, r)
		require.Equal(t, want, []string{all["A"].For, all["A__removed"].For, all["B"].For}, "maxFor %q", maximum)
	}

	drills := variant{chart: "monitoring", values: "monitoring/values-drill.yaml"}.load(t)
	r, err := render("monitoring", drills)
	require.NoError(t, err)
	for rule, maximum := range drills["rules"].(map[string]any)["maxForOf"].(map[string]any) {
		require.Equal(t, maximum, alerts(t, r)[rule].For, rule)
	}
}

func TestRangesAreCut(t *testing.T) {
	const written = `max_over_time(a[1h:5m]) + rate(b[5m]) + rate(c[10s]) + rate(d[1m30s] offset 5m) + e{f="[a-z]"}`
	const text = "groups: [{name: a, rules: [{alert: A, expr: '" + written + "'}]}]"
	for maximum, want := range map[string]string{
		"":    written,
		"20s": `max_over_time(a[20s:]) + rate(b[20s]) + rate(c[10s]) + rate(d[20s] offset 5m) + e{f="[a-z]"}`,
		"2m":  `max_over_time(a[2m:]) + rate(b[2m]) + rate(c[10s]) + rate(d[1m30s] offset 5m) + e{f="[a-z]"}`,
	} {
		r, err := render("monitoring", map[string]any{"rules": map[string]any{"maxRange": maximum, "extra": map[string]any{"a.yaml": text}}})
		require.NoError(t, err)
		require.Equal(t, want, alerts(t, r)["A"].Expr)
	}
}

func TestSummariesOfDrillsAreMarked(t *testing.T) {
	r, err := render("monitoring", set("drills.namespaces", `drill-\d+`))
	require.NoError(t, err)
	require.Equal(t, `{{ if match "^(?:drill-\\d+)$" (index $labels "namespace") }}[DRILL] {{ end }}Website`,
		strings.SplitAfter(alerts(t, r)["WebsiteDown"].Annotations["summary"], "Website")[0])
	config := find[*corev1.ConfigMap](t, objects(t, r), "prometheus").Data["prometheus.yml"]
	require.Contains(t, config, "target_label: drill")
}

func TestRulesOnLogsAreRendered(t *testing.T) {
	r, err := render("monitoring", variant{chart: "monitoring", values: "monitoring/values-drill.yaml"}.load(t))
	require.NoError(t, err)
	text := find[*corev1.ConfigMap](t, objects(t, r), "loki-rules").Data["logs.yaml"]
	rules := parseRules(t, "logs.yaml", []byte(text))
	require.Equal(t, "ErrorBurst", rules[0].Alert)
	require.Equal(t, "4s", rules[0].For)
	require.Contains(t, rules[0].Expr, "[10s]")
	require.True(t, strings.HasPrefix(rules[0].Annotations["runbook_url"], "https://"))
}

func TestBrokenRuleFilesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"groups: [": "rule file mine.yaml", "rules: []": "rule file mine.yaml: key groups is missing",
	} {
		_, err := render("monitoring", set("rules.extra", map[string]any{"mine.yaml": text}))
		require.ErrorContains(t, err, want)
	}
}
