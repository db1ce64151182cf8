package charts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline"
	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
)

// Who changes the scheme in firedrill.yaml, and nothing else, has changed every
// name: of apps, of certificates, of the zone and of who delegates it.
func TestEveryNameFollowsTheScheme(t *testing.T) {
	c := withDomain(t, "shop.example")
	require.Equal(t, "shop.example", c.Cluster.Delegate[0].Zone)
	var all strings.Builder
	for _, r := range c.Releases {
		documents, err := deploy.Documents(c.Dir, r)
		require.NoError(t, err, r.Name)
		for _, d := range documents {
			require.NotContains(t, d.Text, "firedrill.test", "%s of release %s", d.Template, r.Name)
			all.WriteString(d.Text)
		}
	}
	for _, want := range []string{
		`dnsNames: ["proof.sandbox.kind.shop.example"]`, `dnsNames: ["proof-http01.sandbox.kind.shop.example"]`,
		"dnsNames: [website.sandbox.kind.shop.example]", "host: grafana.sandbox.kind.shop.example\n",
		`zone "shop.example" {`, "\n    proof-http01.sandbox.kind.shop.example. A 10.96.0.80\n",
	} {
		require.Contains(t, all.String(), want)
	}
}

// withDomain is the repository's own content with another domain.
func withDomain(t *testing.T, domain string) *content.Content {
	t.Helper()
	repository, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	for _, folder := range []string{"charts", "dashboards", "images", "policies", "smoketests"} {
		require.NoError(t, os.Symlink(filepath.Join(repository, folder), filepath.Join(dir, folder)))
	}
	text, err := os.ReadFile("../firedrill.yaml")
	require.NoError(t, err)
	changed := strings.Replace(string(text), "domain: firedrill.test", "domain: "+domain, 1)
	require.NotEqual(t, string(text), changed)
	file := filepath.Join(dir, "firedrill.yaml")
	require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	c, err := content.Load(t.Context(), file, pipeline.Charts(cache))
	require.NoError(t, err)
	return c
}

// givenNames are what firedrill.yaml gives to every chart as global.
var givenNames = map[string]any{"names": map[string]any{"env": "sandbox", "cluster": "kind", "domain": "firedrill.test"}}

// A record is an app's, whatever the zone, or has a name as a zone file has it.
func TestRecordsOfTheZone(t *testing.T) {
	dns := func(zone string, record map[string]any) (string, error) {
		r, err := render("dns", map[string]any{"global": givenNames, "zone": zone, "records": []any{record}})
		if err != nil {
			return "", err
		}
		return r.Manifest, nil
	}
	app := map[string]any{"app": "proof", "type": "A", "value": "10.96.0.80"}
	for _, zone := range []string{"", "kind.firedrill.test"} {
		text, err := dns(zone, app)
		require.NoError(t, err)
		require.Contains(t, text, "\n    proof.sandbox.kind.firedrill.test. A 10.96.0.80\n")
	}
	_, err := dns("other.test", app)
	require.ErrorContains(t, err, "proof.sandbox.kind.firedrill.test, the name of app proof, is not in the zone other.test")

	text, err := dns("other.test", map[string]any{"name": "shop", "type": "A", "value": "10.96.0.80"})
	require.NoError(t, err)
	require.Contains(t, text, "\n    shop A 10.96.0.80\n")
	_, err = dns("", map[string]any{"app": "proof", "name": "shop", "type": "A", "value": "10.96.0.80"})
	require.ErrorContains(t, err, "values don't meet the specifications of the schema")
	_, err = render("dns", set("records", []any{app}))
	require.ErrorContains(t, err, "global.names.env is missing")
}

func TestTheNameOfTheProof(t *testing.T) {
	issuers := func(proof map[string]any) string {
		r, err := render("issuers", map[string]any{"global": givenNames, "proof": proof})
		require.NoError(t, err)
		return r.Manifest
	}
	require.NotContains(t, issuers(map[string]any{}), "kind: Certificate\n")
	require.Contains(t, issuers(map[string]any{"app": "proof"}), `dnsNames: ["proof.sandbox.kind.firedrill.test"]`)
	require.Contains(t, issuers(map[string]any{"host": "shop.example"}), `dnsNames: ["shop.example"]`)
}
