package server

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVisit(t *testing.T) {
	p, s := serve(t, map[string]string{"/": "<html>"})
	require.NoError(t, p.Visit(t.Context(), "/", map[string][]string{"token": {"abc"}}))
	require.Equal(t, "abc", s.queries["/"].Get("token"))
	require.ErrorContains(t, p.Visit(t.Context(), "/none", nil), "Service monitoring/server:9090: GET /none: 503 Service Unavailable: ")
}

func TestSeries(t *testing.T) {
	p, _ := prometheus(t, map[string]string{"/api/v1/query": `{"status":"success","data":{"resultType":"vector","result":[
		{"metric":{"namespace":"demo","pod":"a"},"value":[1,"12.5"]}, {"metric":{},"value":[1,"2"]}]}}`})
	series, err := p.Series(t.Context(), "some")
	require.NoError(t, err)
	require.Equal(t, []Labelled{
		{Labels: map[string]string{"namespace": "demo", "pod": "a"}, Value: 12.5},
		{Labels: map[string]string{}, Value: 2},
	}, series)
}

func TestSeriesWantsAVector(t *testing.T) {
	p, _ := prometheus(t, map[string]string{"/api/v1/query": `{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`})
	_, err := p.Series(t.Context(), "1")
	require.EqualError(t, err, "Service monitoring/server:9090: query 1: gives a scalar, not an instant vector")
}
