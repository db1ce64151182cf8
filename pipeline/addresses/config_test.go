package addresses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/strict"
)

func check(t *testing.T, text string) error {
	t.Helper()
	var f struct {
		Addresses addresses.Addresses `yaml:"addresses"`
	}
	file, err := strict.Parse("firedrill.yaml", []byte(text), &f)
	if err != nil {
		return err
	}
	f.Addresses.Check(file, "addresses")
	return file.Err()
}

func TestConfig(t *testing.T) {
	require.NoError(t, check(t, `addresses:
  ingress: {namespace: ingress, service: ingress, port: 443}
  plain: 80
  dns: {namespace: dns, service: dns, port: 53}
  trust: {namespace: ingress, configMap: firedrill-ca, key: ca.crt}
  left: 24h
  visits:
    - {app: website, path: /, contains: Quote}
    - {app: api, path: /, status: 404}
`))
}

func TestConfigNamesEveryMistake(t *testing.T) {
	require.EqualError(t, check(t, `addresses:
  plain: 70000
  trust: {namespace: ingress}
  left: soon
  visits:
    - {app: website, path: hello}
    - {app: Website, path: /, status: 42}
    - {app: website, path: /}
    - {path: /}
`), `firedrill.yaml:2:10: addresses.plain: 70000 is not a port; ports go from 1 to 65535
firedrill.yaml:4:9: addresses.left: "soon" is not a duration; write a number with a unit (ms, s, m or h), such as 30s or 1m30s
firedrill.yaml:3:10: addresses.trust: is incomplete; name the ConfigMap with the CA's certificate, such as {namespace: ingress, configMap: firedrill-ca, key: ca.crt}
firedrill.yaml:6:28: addresses.visits[0].path: "hello" is not a path; give one such as /
firedrill.yaml:7:13: addresses.visits[1].app: "Website" cannot begin a name: use at most 63 lower case letters, digits and hyphens
firedrill.yaml:7:39: addresses.visits[1].status: 42 is no status of an answer; they go from 100 to 599
firedrill.yaml:8:13: addresses.visits[2].app: website has been named by visits[0] already
firedrill.yaml:9:7: addresses.visits[3].app: is missing; give what the name begins with, such as website`)
	require.ErrorContains(t, check(t, "addresses: {dns: {namespace: dns, service: dns, port: 53, scheme: https}}\n"),
		"addresses.dns.scheme: a DNS server is asked by DNS, not by https; leave it out")
	require.ErrorContains(t, check(t, "addresses: {}\n"), "addresses.visits: is missing; give the apps that have a name")
}
