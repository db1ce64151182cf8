package dashboards

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// wrong are changes to the good dashboard, each with what must be found.
var wrong = map[string]struct{ old, new, want string }{
	"no title":          {`"title": "Latency"`, `"title": ""`, `a panel has no title`},
	"no description":    {`"description": "Zero: nobody can read it."`, `"description": " "`, `:3:5: panel "Up in $namespace" has no description`},
	"no unit":           {`"unit": "none"`, `"decimals": 1`, `:10:9: panel "Up in $namespace" has no unit`},
	"fixed source":      {`"uid": "${metrics}"`, `"uid": "prometheus"`, `:4:7: panel "Up in $namespace" names the data source "prometheus"`},
	"source by name":    {"{\n        \"type\": \"prometheus\",\n        \"uid\": \"${metrics}\"\n      }", `"Prometheus"`, `names the data source "Prometheus"`},
	"unknown source":    {`"uid": "${metrics}"`, `"uid": "${logs}"`, `from the variable $logs, which the dashboard does not have; those it has: metrics, namespace`},
	"source of a query": {`"uid": "${metrics}"`, `"uid": "${namespace}"`, `from the variable $namespace, whose type is query, not datasource`},
	"source's type":     {`"type": "prometheus"`, `"type": "loki"`, `wants a data source of type loki, but the variable $metrics is one of type prometheus`},
	"unknown variable":  {`\"$namespace\"`, `\"${nmaespace:regex}\"`, `:21:11: query A of panel "Up in $namespace" uses the variable $nmaespace`},
	"absolute time":     {`"now-1h"`, `"2024-01-01T00:00:00Z"`, `:87:5: time.from is "2024-01-01T00:00:00Z", a fixed time`},
	"no question":       {`"Is it slow?"`, `"Latency"`, `row "Latency": wanted the question`},
	"refId missing":     {`"refId": "A"`, `"refId": ""`, `has no refId`},
	"empty query":       {`"probe_duration_seconds"`, `""`, `query A of panel "Latency" is empty`},
	"no queries":        {`"targets": [`, `"tragets": [`, `panel "Up in $namespace" asks nothing`},
	"never refreshed":   {`"refresh": 1`, `"refresh": 0`, `variable $namespace has refresh 0`},
	"variable's source": {"\"type\": \"prometheus\",\n          \"uid\": \"${metrics}\"\n        },\n        \"name\"", "\"uid\": \"prom\"\n        },\n        \"name\"", `variable $namespace names the data source "prom"`},
	"variable twice":    {`"name": "namespace"`, `"name": "metrics"`, `there are two variables $metrics`},
	"library panel":     {`"description": "Zero`, `"libraryPanel": {"uid": "x"}, "description": "Zero`, `kept in one Grafana's library`},
	"choice":            {`"name": "namespace"`, `"options": [], "name": "namespace"`, `templating.list[1].options is Grafana's own`},
	"order of keys":     {"\"title\": \"Website\",\n  \"uid\": \"website\"", "\"uid\": \"website\",\n  \"title\": \"Website\"", `:90:1: not in normal form (sorted keys, two blanks a level): wanted "\"title\": \"Website\"," here; ` + "`firedrill dashboards lint --fix`"},
}

func TestLintFindsEachMistake(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(good, "website.json"))
	require.NoError(t, err)
	for name, w := range wrong {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(string(text), w.old, w.new, 1)
			require.NotEqual(t, string(text), changed)
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "a.json"), []byte(changed), 0o644))
			_, err := Load(dir)
			require.ErrorContains(t, err, w.want)
			require.Regexp(t, `^\S+a\.json:\d+:\d+: `, err.Error())
		})
	}
}

func TestFixWritesTheNormalForm(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"version": 3, "uid": "a", "title": "<A & B>", "x": 1.0, "big": 9007199254740993, "y": 0.50,
"templating": {"list": [{"type": "interval", "name": "i", "query": "1m", "options": [{"selected": true, "value": "1m"}], "current": {"selected": true, "value": "1m"}},
{"type": "query", "current": {}}]}}`), 0o644))
	rewritten, err := Fix(dir)
	require.NoError(t, err)
	require.Equal(t, []string{path}, rewritten)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	//nolint:testifylint // Not what it says counts here but how.
	require.Equal(t, `{
  "big": 9007199254740993,
  "templating": {
    "list": [
      {
        "current": {
          "value": "1m"
        },
        "name": "i",
        "options": [
          {
            "value": "1m"
          }
        ],
        "query": "1m",
        "type": "interval"
      },
      {
        "type": "query"
      }
    ]
  },
  "title": "<A & B>",
  "uid": "a",
  "x": 1,
  "y": 0.5
}
`, string(text))
	rewritten, err = Fix(dir)
	require.NoError(t, err)
	require.Empty(t, rewritten, "the normal form must stay as it is")
}

func TestReferences(t *testing.T) {
	require.Equal(t, []string{"a", "b", "c", "d"}, References(`$a [[b]] ${c:regex} ${d.text} $1 ${2} $__interval ${__range} a$`))
}
