package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// fakeProgram stands for kind, helm and kubectl: it writes down how it was
// called, and answers what the script waits for. The one named by FAIL fails.
const fakeProgram = `#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
case "$*" in
*"get --raw"*query*) echo '{"data":{"result":[{"value":[1,"1"]}]}}' ;;
*"get --raw"*rules*) echo '{"state":"inactive","health":"ok"}' ;;
*"get --raw"*) echo '[{"status":"firing","body":{"alertname":"WebsiteDown"}},{"status":"resolved"}]' ;;
*jsonpath*) echo 2 ;;
esac
[ "$(basename "$0") $1" != "$FAIL" ]
`

// playScript runs plain.sh with fakes, and returns its output and their calls.
func playScript(t *testing.T, fail string) (out, calls string, err error) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o700)) //nolint:gosec // the fakes are run
	}
	for _, name := range []string{"kind", "helm", "kubectl"} {
		write("bin/"+name, fakeProgram)
	}
	write("work/images/a.tar", "")
	write("work/images/b.tar", "")
	write("work/releases", "inbox monitoring charts/inbox\ndemo demo charts/demo one.yaml two.yaml\n")
	write("work/drills", "website-down WebsiteDown demo website 0 up%3D%3D1\n")
	out, _, err = program{
		argv: []string{"./plain.sh"},
		env: []string{
			"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"), "CALLS=" + filepath.Join(dir, "calls"), "FAIL=" + fail,
			"CLUSTER=c", "NODE_IMAGE=node:1", "KUBECONFIG=none", "WORK=" + filepath.Join(dir, "work"), "PROMETHEUS=/prom", "INBOX=/inbox",
		},
		log: filepath.Join(dir, "log"),
	}.run(t.Context())
	text, readErr := os.ReadFile(filepath.Join(dir, "calls"))
	require.NoError(t, readErr)
	return out, strings.ReplaceAll(string(text), dir, "DIR"), err
}

func TestScript(t *testing.T) {
	out, calls, err := playScript(t, "")
	require.NoError(t, err)
	golden.Equal(t, "testdata/calls.txt", calls)

	run, err := parsePlain(out)
	require.NoError(t, err)
	require.Equal(t, []string{
		"cluster/create", "cluster/images", "deploy/inbox", "deploy/demo", "drill/website-down", "teardown/delete",
	}, names(run.Parts))
	require.Equal(t, []string{"website-down/fault_to_notification", "website-down/repair_to_resolved"}, names(run.Latencies))
	for _, p := range run.Parts {
		require.Positive(t, p.Seconds, p.Name)
	}
}

// Whatever fails, the cluster goes, and the failure is reported.
func TestScriptCleansUp(t *testing.T) {
	for _, fail := range []string{"kind create", "kind load", "helm upgrade", "kubectl delete"} {
		_, calls, err := playScript(t, fail)
		require.ErrorContains(t, err, "exit status 1", fail)
		require.Equal(t, 1, strings.Count(calls, "kind delete cluster --name c\n"), fail)
		require.True(t, strings.HasSuffix(calls, "kind delete cluster --name c\n"), calls)
	}
}

func names(parts []Part) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p.Name)
	}
	return all
}
