package pipeline

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/content"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/logs"
	"firedrill/pipeline/rules"
	"firedrill/pipeline/server"
)

// counted is a Prometheus in which only the web is measured.
func counted(r *http.Request) string {
	if r.Form.Get("query") == `count(up{job="web"})` || r.Form.Get("query") == `count({__name__="up"})` {
		return `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"2"]}]}}`
	}
	return `{"status":"success","data":{"resultType":"vector","result":[]}}`
}

// problems are the findings of one check.
func problems(r rules.Report, check string) (all []string) {
	for _, f := range r.Findings {
		if f.Check == check {
			all = append(all, f.Name+": "+f.Problem)
		}
	}
	return all
}

// Without a cluster, what is in git is looked at all the same.
func TestCheckRulesWithoutACluster(t *testing.T) {
	o, _ := site(t)
	r, err := CheckRules(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, 2, r.Rules)
	require.Equal(t, 2, r.Drills)
	require.Zero(t, r.Selectors)
	require.Len(t, problems(r, rules.CheckRunbook), 2)
	require.Len(t, r.Unasked, 1)
	require.True(t, strings.HasPrefix(r.Unasked[0], "whether the metrics exist: no cluster"), r.Unasked[0])

	o.Name = "mine" // one that was asked for must be there
	_, err = CheckRules(t.Context(), o)
	require.ErrorContains(t, err, `no run "mine"`)
}

// Content without policies has none, whatever lies where firedrill was called.
func TestWithoutPoliciesNoneAreReadFromTheFolderOfTheCall(t *testing.T) {
	o, _ := site(t)
	var err error
	o.Content, err = filepath.Abs(o.Content)
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	for _, name := range []string{"rules.yaml", "coverage.yaml", "mutants.yaml"} {
		require.NoError(t, os.WriteFile(name, []byte("somebody: else's\n"), 0o600))
	}
	_, err = CheckRules(t.Context(), o)
	require.NoError(t, err)
	_, err = MutateRules(t.Context(), o, Mutating{TestsOnly: true, Promtool: neverAsked})
	require.NoError(t, err)
}

func TestCheckRulesAsksTheCluster(t *testing.T) {
	o := apiServer{"prometheus /api/v1/query": counted}.on(t)
	r, err := CheckRules(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, 2, r.Selectors)
	require.Empty(t, r.Unasked)
	require.Equal(t, []string{`CartDown: Prometheus has up, but no series of it is up{job="cart"}`}, problems(r, rules.CheckData))
}

// A whole run asks, too, once somebody has said what may be missing.
func TestRulesAreAskedForTheirDataInARun(t *testing.T) {
	s, _ := running(t, "one", nil)
	s.options.Kubeconfig = apiServer{"prometheus /api/v1/query": counted}.on(t).Kubeconfig
	require.Equal(t, skipped("no rules.yaml in the policies says which metrics are there only while something is broken"), s.askForData(t.Context(), nil))

	s.content.Policies = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(s.content.Policies, "rules.yaml"), []byte("absent: []\n"), 0o600))
	err := s.askForData(t.Context(), nil)
	require.ErrorContains(t, err, `web.yaml:10: CartDown: Prometheus has up, but no series of it is up{job="cart"}`)
	require.NotContains(t, err.Error(), "WebDown")

	s.absent.Absent = []rules.Absence{{Metric: "up", Reason: "the cart is closed"}}
	require.NoError(t, s.askForData(t.Context(), nil))

	s.content.Endpoints = drill.Endpoints{}
	require.Equal(t, skipped("firedrill.yaml names no endpoints"), s.askForData(t.Context(), nil))
	s.rules = nil
	require.Equal(t, skipped("firedrill.yaml names no rules"), s.askForData(t.Context(), nil))
}

// A server that does not answer is a finding, not a pass.
func TestCheckRulesWithoutAnAnswer(t *testing.T) {
	r, err := CheckRules(t.Context(), apiServer{}.on(t))
	require.NoError(t, err)
	require.Len(t, problems(r, rules.CheckData), 2)
	require.Contains(t, problems(r, rules.CheckData)[0], "could not be asked: Service watch/prometheus:9090: ")
}

func TestCheckRulesWithoutEndpoints(t *testing.T) {
	r := rules.Report{}
	require.NoError(t, askRules(t.Context(), nil, &content.Content{}, nil, rules.Policy{}, &r))
	require.Equal(t, []string{"whether the metrics exist: firedrill.yaml names no endpoints"}, r.Unasked)
}

// Of a rule on logs the streams of the last hour are asked for.
func TestCheckRulesAsksLoki(t *testing.T) {
	var asked []string
	api := httptest.NewServer(apiServer{"loki /loki/api/v1/series": func(r *http.Request) string {
		asked = append(asked, r.Form.Get("match[]"))
		since, err := time.ParseDuration(r.Form.Get("start") + "ns")
		if err != nil || time.Since(time.Unix(0, int64(since))).Round(time.Minute) != time.Hour {
			t.Errorf("asked for the time since %s", r.Form.Get("start"))
		}
		return `{"data": []}`
	}})
	defer api.Close()
	config, err := restConfig(at(t, api.URL))
	require.NoError(t, err)
	of := func(service string) server.Endpoint {
		return server.Endpoint{Namespace: "watch", Service: service, Port: 1}
	}
	c := &content.Content{Endpoints: drill.Endpoints{Prometheus: of("prometheus")}, Logs: &logs.Config{Loki: of("loki")}}
	all := []drill.Rule{{Name: "ErrorBurst", By: drill.ByLoki, Expr: `sum(rate({app="web"} |= "error" [1m])) > 5`}}
	r := rules.Report{}
	require.NoError(t, askRules(t.Context(), config, c, all, rules.Policy{}, &r))
	require.Equal(t, []string{`{app="web"}`}, asked)
	require.Equal(t, []string{`ErrorBurst: Loki has no stream {app="web"}`}, problems(r, rules.CheckData))
}
