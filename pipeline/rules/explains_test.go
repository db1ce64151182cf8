package rules

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
)

// panel asks one data source.
func panel(kind string, exprs ...string) dashboards.Panel {
	p := dashboards.Panel{Title: "Answers"}
	for _, expr := range exprs {
		p.Targets = append(p.Targets, dashboards.Target{
			"refId": "A", "expr": expr, "datasource": map[string]any{"type": kind, "uid": "x"},
		})
	}
	return p
}

func TestExplains(t *testing.T) {
	const nothing = `dashboard_url leads to panel "Answers", which shows nothing of what the rule reads: `
	const grafanaDown = `absent(up{job="grafana"}) or max by (job) (up{job="grafana"}) == 0`
	metric := func(expr string) drill.Rule { return drill.Rule{By: drill.ByPrometheus, Expr: expr} }
	logs := drill.Rule{By: drill.ByLoki, Expr: `sum by (app) (rate({namespace="demo", app=~".+"} |= "error" [5m])) > 1`}
	recording := metric("job:errors:rate5m > 1")
	recorded := map[string][]string{
		"job:errors:rate5m": {"rate(job:all:sum[5m])", `rate(lost_total{job="shop"}[5m])`}, "job:all:sum": {"sum(errors_total) + job:all:sum"},
	}
	other := panel("", "")
	other.Targets[0]["datasource"] = map[string]any{"type": "datasource", "uid": "-- Dashboard --"}
	tests := map[string]struct {
		rule  drill.Rule
		panel dashboards.Panel
		want  string
	}{
		"its metric":              {metric(grafanaDown), panel("prometheus", "node_load1", `max by (job) (up{job="grafana"})`), ""},
		"another metric":          {metric(grafanaDown), panel("prometheus", "sum(kube_pod_info)"), nothing + `up{job="grafana"}`},
		"another job":             {metric(grafanaDown), panel("prometheus", `up{job=~"etcd|apiserver"}`), nothing + `up{job="grafana"}`},
		"not that job":            {metric(grafanaDown), panel("prometheus", `up{job!="grafana"}`), nothing + `up{job="grafana"}`},
		"any of a rule's pattern": {metric(`up{job=~"etcd|apiserver"} == 0`), panel("prometheus", `up{job="etcd"}`), ""},
		"none of it":              {metric(`up{job=~"etcd|apiserver"} == 0`), panel("prometheus", `up{job="loki"}`), nothing + `up{job=~"etcd|apiserver"}`},
		"a label that one has":    {metric(grafanaDown), panel("prometheus", `up{namespace="demo"}`), ""},
		"variables":               {metric(grafanaDown), panel("prometheus", `topk($n, rate(up{job="$job",pod=~"[[pod]]-.+"}[$__rate_interval] offset ${ago}))`), ""},
		"a variable's metric":     {metric(grafanaDown), panel("prometheus", `$metric{job="grafana"}`), `query A of panel "Answers" cannot be read, so it is not known what it shows: not PromQL: 1:2: parse error: unexpected "{"`},
		"that and its metric":     {metric(grafanaDown), panel("prometheus", `$metric{job="grafana"}`, `up{job="grafana"}`), ""},
		"that and another metric": {metric(grafanaDown), panel("prometheus", `$metric{job="grafana"}`, "node_load1"), `query A of panel "Answers" cannot be read, so it is not known what it shows: not PromQL: 1:2: parse error: unexpected "{"`},
		"of a kind not told":      {metric(grafanaDown), panel("", "up"), ""},
		"nothing of it there":     {metric(grafanaDown), panel("", "node_load1"), nothing + `up{job="grafana"}`},
		"another panel's":         {metric(grafanaDown), other, ""},
		"what is recorded":        {recording, panel("prometheus", "job:errors:rate5m"), ""},
		"what is behind it":       {recording, panel("prometheus", "sum by (job) (errors_total)"), ""},
		"what else is behind it":  {recording, panel("prometheus", "sum(lost_total)"), ""},
		"matchers alone":          {metric(`{job="grafana"} == 0`), panel("prometheus", `up{job="grafana"}`), ""},
		"no data source's":        {metric(grafanaDown), panel("loki", `{app="grafana"}`), nothing + `up{job="grafana"}`},
		"no query":                {metric(grafanaDown), panel("prometheus"), nothing + `up{job="grafana"}`},
		"a rule of no series":     {metric("vector(1)"), panel("prometheus"), ""},
		"its streams":             {logs, panel("loki", `{namespace=~"$namespace", app=~"$app"} |~ "$search"`), ""},
		"other streams":           {logs, panel("loki", `{namespace="kube-system"}`), nothing + `{app=~".+",namespace="demo"}`},
		"no label in common":      {logs, panel("loki", `{node="one"}`), nothing + `{app=~".+",namespace="demo"}`},
		"no log":                  {logs, panel("prometheus", "up"), nothing + `{app=~".+",namespace="demo"}`},
		"what inbox judges":       {drill.Rule{By: drill.ByInbox, Expr: "time() - beat > 180"}, panel("prometheus", "up"), nothing + "beat"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, explains(test.rule, recorded, test.panel)) })
	}
}

// A query without a data source of its own asks the panel's.
func TestSourceOfAPanel(t *testing.T) {
	rule := drill.Rule{Expr: "up == 0"}
	p := panel("", "up")
	delete(p.Targets[0], "datasource")
	p.Datasource = map[string]any{"type": "prometheus", "uid": "x"}
	require.Empty(t, explains(rule, nil, p))
	p.Datasource = map[string]any{"type": "loki", "uid": "x"}
	require.NotEmpty(t, explains(rule, nil, p))
	p.Targets[0]["datasource"] = "${metrics}"
	require.Empty(t, explains(rule, nil, p))
	p.Datasource = "-- Dashboard --"
	p.Targets = nil
	require.Empty(t, explains(rule, nil, p), "another panel asks")
}
