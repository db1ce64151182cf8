package server

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func prometheus(t *testing.T, answers map[string]string) (*Prometheus, *apiServer) {
	t.Helper()
	p, s := serve(t, answers)
	client, err := NewPrometheus(p)
	require.NoError(t, err)
	return client, s
}

func TestRule(t *testing.T) {
	p, _ := prometheus(t, map[string]string{"/api/v1/rules": read(t, "rules.json")})
	rule, err := p.Rule(t.Context(), "WebsiteDown")
	require.NoError(t, err)
	require.Equal(t, `probe_success{job="probe"} == 0`, rule.Query)
	require.Equal(t, 2*time.Second, rule.Interval)
	require.Equal(t, 4*time.Second, rule.For)
	require.Equal(t, "ok", rule.Health)
	require.Len(t, rule.Alarms, 2)
	require.Equal(t, "firing", rule.Alarms[0].State)
	require.Equal(t, "demo", rule.Alarms[0].Labels["namespace"])
	require.Equal(t, time.Date(2026, 11, 22, 5, 40, 4, 130184662, time.UTC), rule.Alarms[0].ActiveAt)
	require.Equal(t, "pending", rule.Alarms[1].State)
}

func TestRulesOfOneNameAreMerged(t *testing.T) {
	p, _ := prometheus(t, map[string]string{"/api/v1/rules": read(t, "rules.json")})
	rule, err := p.Rule(t.Context(), "RamFull")
	require.NoError(t, err)
	require.Equal(t, time.Minute, rule.For)
	require.Equal(t, "ram > 0.9 or ram > 0.95", rule.Query)
	require.Equal(t, "unknown", rule.Health, "one of the two has not been evaluated yet")
}

func TestRuleNotLoaded(t *testing.T) {
	p, _ := prometheus(t, map[string]string{"/api/v1/rules": read(t, "rules.json")})
	for _, name := range []string{"DiskFull", "instance:cpu:rate"} {
		_, err := p.Rule(t.Context(), name)
		require.EqualError(t, err, "Service monitoring/server:9090: no alerting rule "+name+" is loaded")
	}
}

func TestValues(t *testing.T) {
	p, s := prometheus(t, map[string]string{"/api/v1/query": read(t, "query.json")})
	values, err := p.Values(t.Context(), "probe_success")
	require.NoError(t, err)
	require.Equal(t, []float64{0, 1}, values)
	require.Equal(t, "probe_success", s.queries["/api/v1/query"].Get("query"))
}

func TestQueryErrors(t *testing.T) {
	p, _ := prometheus(t, map[string]string{"/api/v1/query": read(t, "query_error.json")})
	_, err := p.Values(t.Context(), "min(")
	require.ErrorContains(t, err, "Service monitoring/server:9090: query min(: bad_data: ")
	require.ErrorContains(t, err, "unclosed left parenthesis")

	_, err = p.Range(t.Context(), "up", time.Now(), time.Now(), time.Second)
	require.ErrorContains(t, err, "Service monitoring/server:9090: query_range up: ")
}

func TestRange(t *testing.T) {
	p, s := prometheus(t, map[string]string{"/api/v1/query_range": read(t, "query_range.json")})
	from := time.Unix(1795326000, 0)
	samples, err := p.Range(t.Context(), "up", from, from.Add(5*time.Second), time.Second)
	require.NoError(t, err)

	var values []float64
	for i, sample := range samples {
		values = append(values, sample.Value)
		if i > 0 {
			require.False(t, sample.Time.Before(samples[i-1].Time), "oldest first")
		}
	}
	require.Equal(t, []float64{1, 1, 0, 0.25}, values, "what is no number is left out")
	query := s.queries["/api/v1/query_range"]
	require.Equal(t, "1795326000", query.Get("start"))
	require.Equal(t, "1", query.Get("step"))
}

func TestScrapeInterval(t *testing.T) {
	p, _ := prometheus(t, map[string]string{"/api/v1/targets": read(t, "targets.json")})
	for pattern, want := range map[string]time.Duration{
		"^probe$": 2 * time.Second, "": 90 * time.Second,
	} {
		got, err := p.ScrapeInterval(t.Context(), regexp.MustCompile(pattern))
		require.NoError(t, err)
		require.Equal(t, want, got, "the longest of the jobs that match %q", pattern)
	}
	_, err := p.ScrapeInterval(t.Context(), regexp.MustCompile("^none$"))
	require.ErrorContains(t, err, "no active target's job matches ^none$")
}
