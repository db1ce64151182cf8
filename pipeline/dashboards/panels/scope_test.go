package panels

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	namespace = `{"name": "namespace", "type": "query", "datasource": {"type": "prometheus", "uid": "${metrics}"}, "query": {"query": "label_values(up, namespace)"}}`
	pod       = `{"name": "pod", "type": "query", "multi": true, "includeAll": true, "datasource": {"type": "prometheus", "uid": "${metrics}"}, "query": "label_values(up{namespace=\"$namespace\"}, pod)"}`
)

// variables are dashboards' variables, a query, and what is asked.
var variables = map[string]struct {
	list, expr, want string
	overrides        map[string][]string
}{
	"chained, all":      {pod + "," + namespace, `x{pod=~"$pod"}`, `x{pod=~"(a\\.1|b)"}`, nil},
	"chosen":            {pod + "," + namespace, `x{pod=~"$pod"}`, `x{pod=~"b"}`, map[string][]string{"pod": {"b"}}},
	"chosen for nobody": {namespace, `x{n="$namespace"}`, `x{n="demo"}`, map[string][]string{"pod": {"b"}}},
	"author's choice":   {`{"name": "n", "type": "custom", "query": "a, two : b, c", "current": {"value": "b"}}`, `$n`, "b", nil},
	"choice that is no more": {
		`{"name": "n", "type": "custom", "query": "a,b", "current": {"value": "z"}}`, `$n`, "a", nil,
	},
	"author's all": {
		`{"name": "n", "type": "custom", "query": "a,b", "includeAll": true, "allValue": ".+", "current": {"value": ["$__all"]}}`, `x{n=~"$n"}`, `x{n=~".+"}`, nil,
	},
	"formats": {
		`{"name": "n", "type": "custom", "multi": true, "query": "a.x,b", "current": {"value": ["a.x", "b"]}}`,
		`${n:regex} ${n:pipe} ${n:csv} [[n:json]] ${n:singlequote} ${n:glob}`, `(a\.x|b) a.x|b a.x,b ["a.x","b"] 'a.x','b' {a.x,b}`, nil,
	},
	"text, constant, interval": {
		`{"name": "t", "type": "textbox", "query": "x", "current": {"value": "y"}}, {"name": "c", "type": "constant", "query": "k"}, {"name": "i", "type": "interval", "query": "1m,5m"}`,
		`$t ${c} [[i]] $1 $__interval ${__from}`, `y k 1m $1 $__interval 1772362800000`, nil,
	},
	"regular expression": {
		`{"name": "v", "type": "query", "regex": "/image=\"(.+):/", "datasource": {"type": "prometheus", "uid": "prometheus"}, "query": "query_result(info)"}`, `$v`, `web`, nil,
	},
	"logs": {
		`{"name": "logs", "type": "datasource", "query": "loki"}, {"name": "app", "type": "query", "sort": 2, "datasource": {"type": "loki", "uid": "$logs"}, "query": {"label": "app", "stream": "{namespace=\"demo\"}", "type": 1}}`,
		`$app`, `web`, nil,
	},
}

func TestVariables(t *testing.T) {
	for name, test := range variables {
		t.Run(name, func(t *testing.T) {
			f := &fake{
				labels: map[string][]string{
					"prometheus api/v1/label/namespace/values up":             {"demo", "monitoring"},
					`prometheus api/v1/label/pod/values up{namespace="demo"}`: {"a.1", "b"},
					`loki label/app/values {namespace="demo"}`:                {"api", "web"},
				},
				answers: map[string]string{test.want: one, "info": `{"frames": [{"schema": {"fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", "labels": {"__name__": "info", "image": "web:1"}}]}, "data": {"values": [[1000], [1]]}}]}`},
			}
			o := options(f, dashboard(t, `[`+target(1, "P", test.expr)+`]`, `[`+metrics+`,`+test.list+`]`))
			o.Variables = test.overrides
			_, err := Check(t.Context(), o)
			require.NoError(t, err)
		})
	}
}

func TestVariablesThatCannotBeResolved(t *testing.T) {
	for name, test := range map[string]struct{ list, want string }{
		"data source fails": {namespace, "variable $namespace: status 502: no such host"},
		"needs itself":      {`{"name": "namespace", "type": "query", "datasource": {"uid": "prometheus"}, "query": "label_values(up{n=\"$namespace\"}, n)"}`, "variable $namespace needs itself"},
		"no such source":    {`{"name": "namespace", "type": "datasource", "query": "tempo"}`, "variable $namespace: there is no data source of type tempo"},
		"odd query":         {`{"name": "namespace", "type": "query", "datasource": {"uid": "prometheus"}, "query": "select 1"}`, `query "select 1": wanted label_values(…)`},
		"odd expression":    {`{"name": "namespace", "type": "query", "datasource": {"type": "prometheus", "uid": "prometheus"}, "regex": "/(/", "query": "label_values(x)"}`, "regular expression /(/: "},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{labels: map[string][]string{"prometheus api/v1/label/x/values ": {"a"}}}
			_, err := Check(t.Context(), options(f, dashboard(t, `[`+target(1, "P", `x{n="$namespace"}`)+`]`, `[`+metrics+`,`+test.list+`]`)))
			require.ErrorContains(t, err, `d.json: panel 1 "P": query A: `)
			require.ErrorContains(t, err, test.want)
			require.Empty(t, f.requests)
		})
	}
}

func TestAVariableWithoutValuesIsNamed(t *testing.T) {
	f := &fake{labels: map[string][]string{"prometheus api/v1/label/namespace/values up": {}}, answers: map[string]string{`x{n=""}`: none}}
	_, err := Check(t.Context(), options(f, dashboard(t, `[`+target(1, "P", `x{n="$namespace"}`)+`]`, `[`+metrics+`,`+namespace+`]`)))
	require.EqualError(t, err, `d.json: panel 1 "P" has no data (no values: $namespace)`)
}
