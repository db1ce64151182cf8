package deploy

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheFirstCertificateIsTracedToWhatItNeeded(t *testing.T) {
	releases := []Release{
		{Name: "dns"},
		{Name: "cert-manager"},
		{Name: "issuers", Needs: []string{"cert-manager"}},
		{Name: "acme", Needs: []string{"dns", "issuers"}},
		{Name: "demo", Needs: []string{"cert-manager"}},
	}
	results := []Result{
		{Name: "dns", Seconds: 3, At: 3},
		{Name: "cert-manager", Seconds: 6, At: 7, Ready: []Ready{{"Deployment/webhook", 5}}},
		{Name: "issuers", Seconds: 1, At: 8},
		{Name: "acme", Seconds: 4, At: 12.5, Ready: []Ready{{"Certificate/acme", 1}, {"Deployment/acme", 4}}},
		{Name: "demo", Seconds: 5, At: 12.25, Ready: []Ready{{"Certificate/api", 4}, {"Certificate/website", 3}}},
	}
	require.Equal(t, &FirstCertificate{Object: "Certificate/acme", Seconds: 8.5, Parts: []Part{
		{"cert-manager", 6}, {"issuers", 1}, {"acme", 1.5}, // half a second until its turn, one until it was ready
	}}, First(releases, results))

	results[3].Ready = nil
	require.Equal(t, &FirstCertificate{Object: "Certificate/website", Seconds: 9.25, Parts: []Part{
		{"cert-manager", 6}, {"demo", 3.25},
	}}, First(releases, results))

	results[4].Ready = nil
	require.Nil(t, First(releases, results), "none was waited for")
}

func TestResultsSayWhenTheyWereReady(t *testing.T) {
	d, _ := fakeDeployer(t, Options{Parallel: 1}, deployment("site", true), deployment("api", true))
	results := again(t, d, Release{Name: "api", Namespace: "demo", Chart: "web"}, site)
	require.Len(t, results, 2)
	first, second := results[0], results[1]
	if second.Order < first.Order {
		first, second = second, first
	}
	require.GreaterOrEqual(t, first.started(), 0.0)
	require.GreaterOrEqual(t, second.started(), first.At, "one after the other")
}
