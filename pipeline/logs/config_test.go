package logs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/logs"
	"firedrill/pipeline/strict"
)

type file struct {
	Logs logs.Config `yaml:"logs"`
}

func check(t *testing.T, text string) error {
	t.Helper()
	var f file
	parsed, err := strict.Parse("firedrill.yaml", []byte(text), &f)
	if err != nil {
		return err
	}
	logs.Check(parsed, "logs", f.Logs)
	return parsed.Err()
}

func TestCheck(t *testing.T) {
	require.NoError(t, check(t, `logs:
  loki: {namespace: monitoring, service: loki, port: 3100}
  website: {namespace: demo, service: website, port: 8080, path: /}
  labels: {namespace: demo, app: website, container: website}
`))
}

func TestCheckNamesEveryMistake(t *testing.T) {
	err := check(t, `logs:
  loki: {namespace: monitoring, service: loki, port: 3100}
  website: {namespace: demo, service: website, port: 8080, path: "/?a=b"}
  labels: {app: "", pod: website-1, "a-b": c}
`)
	require.EqualError(t, err, `firedrill.yaml:3:66: logs.website.path: "/?a=b" is not a path; give one such as / without ? and #, the token is put behind it
firedrill.yaml:4:44: logs.labels.a-b: "a-b" cannot be the name of a label: use letters, digits and _
firedrill.yaml:4:17: logs.labels.app: is empty; give the value that the website's lines have
firedrill.yaml:4:26: logs.labels.pod: cannot be given: a pod has another name in every run, and that it is one of the website's is checked anyway`)

	err = check(t, "logs: {loki: {}, website: {}}\n")
	require.ErrorContains(t, err, "logs.website.path: \"\" is not a path")
	require.ErrorContains(t, err, "logs.labels: is missing; give labels")

	require.ErrorContains(t, check(t, "logs: {lok: {}}\n"), "lok")
}
