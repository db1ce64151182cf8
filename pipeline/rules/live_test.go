package rules

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill"
)

// series are those that a Prometheus has, by the selector that finds them.
type series map[string]bool

func (s series) Values(_ context.Context, query string) ([]float64, error) {
	if query == "count(broken)" {
		return nil, errors.New("connection refused")
	}
	if s[query] {
		return []float64{1}, nil
	}
	return nil, nil
}

// streams are those of a Loki.
type streams []string

func (s streams) Streams(_ context.Context, selector string) (int, error) {
	for _, one := range s {
		if one == selector {
			return 1, nil
		}
	}
	return 0, nil
}

func TestLive(t *testing.T) {
	rule := func(by, expr string) drill.Rule {
		return drill.Rule{Name: "R", By: by, File: "a.yaml", Line: 1, Expr: expr}
	}
	prometheus := series{
		`count(up)`: true, `count({__name__="up"})`: true, `count({job="x"})`: true, `count(up{job="a"})`: true,
	}
	tests := map[string]struct {
		rule drill.Rule
		want []string
	}{
		"all there":         {rule(drill.ByPrometheus, `rate(up[5m] offset 1m) > on () up{job="a"} @ end()`), nil},
		"no such metric":    {rule(drill.ByGrafana, `up / down > 1`), []string{"Prometheus has no metric down; if it is there only while something is broken, name it in policies/rules.yaml"}},
		"no such series":    {rule(drill.ByPrometheus, `up{job="b"}`), []string{`Prometheus has up, but no series of it is up{job="b"}`}},
		"by matchers alone": {rule(drill.ByPrometheus, `{job="x"} or {job="y"}`), []string{`Prometheus has no series {job="y"}`}},
		"allowed":           {rule(drill.ByPrometheus, `waiting_reason{reason="x"}`), nil},
		"allowed by text":   {rule(drill.ByPrometheus, `up{job="c"} or up{job="d"}`), []string{`Prometheus has up, but no series of it is up{job="d"}`}},
		"not answered":      {rule(drill.ByPrometheus, `broken`), []string{"broken could not be asked: connection refused"}},
		"streams":           {rule(drill.ByLoki, `sum(rate({app="a"} |= "x" [1m])) / sum(rate({app="b"}[1m]))`), []string{`Loki has no stream {app="b"}`}},
		"inbox":             {rule(drill.ByInbox, `heartbeat`), nil},
	}
	policy := Policy{Absent: []Absence{{Metric: "waiting_reason"}, {Metric: `up{job="c"}`}}}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var r Report
			Live(t.Context(), []drill.Rule{test.rule}, policy, prometheus, streams{`{app="a"}`}, &r)
			var got []string
			for _, f := range r.Findings {
				require.Equal(t, CheckData, f.Check)
				got = append(got, f.Problem)
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestLiveSaysWhatItDidNotAsk(t *testing.T) {
	var r Report
	Live(t.Context(), []drill.Rule{{Name: "Burst", By: drill.ByLoki, Expr: `{app="a"}`}}, Policy{}, series{}, nil, &r)
	require.Equal(t, []string{"Burst: firedrill.yaml names no Loki (key logs)"}, r.Unasked)
}

func TestLoadPolicy(t *testing.T) {
	rules := []drill.Rule{{Name: "R", By: drill.ByPrometheus, Expr: "waiting_reason > 0"}}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	_, err := LoadPolicy(file, rules)
	require.NoError(t, err, "without a file there are no exceptions")
	require.NoError(t, os.WriteFile(file, []byte("absent:\n  - {metric: waiting_reason, reason: x}\n  - {metric: waiting_reason, reason: x}\n  - {metric: waiting, reason: ''}\n"), 0o600))
	_, err = LoadPolicy(file, rules)
	require.ErrorContains(t, err, file+":3:14: absent[1].metric: absent[0] names it already")
	require.ErrorContains(t, err, `:4:14: absent[2].metric: no rule reads "waiting"; take the entry out`)
	require.ErrorContains(t, err, "absent[2].reason: is missing")
}
