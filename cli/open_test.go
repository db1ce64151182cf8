package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline"
)

func TestOpenIsRefusedBeforeAnythingIsDone(t *testing.T) {
	for line, want := range map[string]string{
		"open":                              "which server? Name one, as in `firedrill open grafana`",
		"open grafana prometheus":           "which server? Name one, as in `firedrill open grafana`",
		"open moon --content SITE":          `SITE names no server "moon": choose one of alertmanager, inbox, prometheus`,
		"open grafana --content SITE":       `SITE names no server "grafana": choose one of alertmanager, inbox, prometheus`,
		"open prometheus --content SITE":    "no cluster: create one with `firedrill up`, or name one with --kubeconfig FILE",
		"open prometheus --content none":    "read configuration: open none: no such file or directory; go to the folder where it is, or name it with --content FILE",
		"open prometheus --port 99999":      "--port 99999 is not a port; ports go from 1 to 65535",
		"open prometheus --kubeconfig none": "read the kubeconfig none: stat none: no such file or directory",
		"open prometheus --name My_Run":     `run name "My_Run": wanted at most 40 lower case letters, digits and '-', such as my-run-1`,
	} {
		t.Run(line, func(t *testing.T) {
			content := inEmptyFolder(t)
			out, progress, err := firedrill(t, strings.Fields(strings.ReplaceAll(line, "SITE", content))...)
			require.EqualError(t, err, strings.ReplaceAll(want, "SITE", content))
			require.Empty(t, out)
			require.Empty(t, progress)
			require.Empty(t, whatIsHere(t))
		})
	}
}

func TestThePasswordIsForWhoAsked(t *testing.T) {
	var out, progress strings.Builder
	f := &flags{stdout: &out, stderr: &progress}
	f.printAccess(pipeline.Access{URL: "http://127.0.0.1:3000", User: "admin", Password: "secret"})
	require.Equal(t, "URL       http://127.0.0.1:3000\nuser      admin\npassword  secret\n", out.String())
	out.Reset()
	f.printAccess(pipeline.Access{URL: "http://127.0.0.1:9090"})
	require.Equal(t, "URL  http://127.0.0.1:9090\n", out.String())
	require.Empty(t, progress.String())
}
