package names_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/names"
	"firedrill/pipeline/strict"
)

func TestHost(t *testing.T) {
	s := names.Scheme{Env: "sandbox", Cluster: "kind", Domain: "firedrill.test"}
	require.Equal(t, "grafana.sandbox.kind.firedrill.test", s.Host("grafana"))
	require.Equal(t, "sandbox.kind.firedrill.test", s.Zone())
	require.Equal(t, map[string]any{"env": "sandbox", "cluster": "kind", "domain": "firedrill.test"}, s.Values())
}

func check(t *testing.T, text string) error {
	t.Helper()
	var f struct {
		Names names.Scheme `yaml:"names"`
	}
	file, err := strict.Parse("firedrill.yaml", []byte(text), &f)
	require.NoError(t, err)
	f.Names.Check(file, "names")
	return file.Err()
}

func TestCheck(t *testing.T) {
	require.NoError(t, check(t, "names: {env: sandbox, cluster: kind, domain: firedrill.test}\n"))
	require.NoError(t, check(t, "names: {env: prod, cluster: eu1, domain: test}\n"))
	require.EqualError(t, check(t, "names: {}\n"), `firedrill.yaml:1:8: names.env: is missing; names are <app>.<env>.<cluster>.<domain>: give one such as sandbox
firedrill.yaml:1:8: names.cluster: is missing; names are <app>.<env>.<cluster>.<domain>: give one such as kind
firedrill.yaml:1:8: names.domain: is missing; names are <app>.<env>.<cluster>.<domain>: give one such as firedrill.test`)
	err := check(t, "names: {env: Sandbox, cluster: a.b, domain: firedrill..test}\n")
	require.ErrorContains(t, err, `names.env: "Sandbox" cannot be a part of a name`)
	require.ErrorContains(t, err, `names.cluster: "a.b" cannot be a part of a name`)
	require.ErrorContains(t, err, `names.domain: "firedrill..test" is no domain`)
	long := strings.Repeat("a23456789.", 20) + "test"
	require.ErrorContains(t, check(t, "names: {env: sandbox, cluster: kind, domain: "+long+"}\n"), "no more than 189 leave room for an app's name")
}
