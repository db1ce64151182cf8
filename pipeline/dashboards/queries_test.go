package dashboards_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/dashboards/panels"
)

func TestQueriesKeepTheContract(t *testing.T) {
	status, said := http.StatusOK, `{"results": {"A": {"status": 200, "frames": []}}}`
	address, broken := dashboards.Contract(t, func(string, string) (int, string) { return status, said })
	querier := panels.Server(dashboards.Options{URL: address, Token: "t"})
	request := panels.Request{From: "1", To: "2", Queries: []map[string]any{{"refId": "A"}}}

	answers, err := querier.Query(t.Context(), request)
	require.NoError(t, err)
	require.Contains(t, answers, "A")

	status, said = http.StatusForbidden, `{"message": "no permission"}`
	_, err = querier.Query(t.Context(), request)
	require.EqualError(t, err, "run a query in Grafana at "+address+": status 403: no permission")
	_, err = querier.Resource(t.Context(), "prometheus", "api/v1/label/pod/values", map[string]string{"match[]": "up"})
	require.EqualError(t, err, `ask data source "prometheus" for api/v1/label/pod/values in Grafana at `+address+": status 403: no permission")
	require.Empty(t, broken())
}

func TestAQueryThatFailsSaysWhy(t *testing.T) {
	// Grafana gives the status 400 and the answers all the same.
	answer := `{"message": "", "results": {"A": {"status": 400, "error": "parse error", "frames": []}}}`
	address, _ := dashboards.Contract(t, func(string, string) (int, string) { return http.StatusBadRequest, answer })
	answers, err := panels.Server(dashboards.Options{URL: address}).
		Query(t.Context(), panels.Request{From: "1", To: "2", Queries: []map[string]any{{"refId": "A"}}})
	require.NoError(t, err)
	require.Equal(t, "parse error", answers["A"].Error)
}
