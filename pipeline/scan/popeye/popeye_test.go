package popeye

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/scan/finding"
)

type says struct {
	text string
	err  error
}

func (s says) Run(context.Context, command.Command) ([]byte, error) { return []byte(s.text), s.err }

const report = `{"popeye": {"score": 88, "sections": [
 {"linter": "deployments", "gvr": "apps/v1/deployments", "issues": {
   "shop/web": [{"group": "web", "gvr": "containers", "level": 2, "message": "[POP-104] No readiness probe"},
                {"group": "__root__", "gvr": "apps/v1/deployments", "level": 3, "message": "[POP-500] Zero scale detected"},
                {"group": "__root__", "level": 1, "message": "[POP-108] Unnamed port 80"}],
   "kube-system/coredns": [{"group": "__root__", "level": 3, "message": "[POP-500] Zero scale detected"}]}},
 {"linter": "clusterroles", "gvr": "rbac.authorization.k8s.io/v1/clusterroles", "issues": {
   "left": [{"group": "__root__", "level": 2, "message": "[POP-400] Used? Unable to locate resource reference"}]}}]}}`

func TestFindings(t *testing.T) {
	found, score, err := Popeye{Runner: says{text: report}, Namespaces: []string{"shop"}}.Scan(t.Context())
	require.NoError(t, err)
	require.Equal(t, 88, score)
	require.Len(t, found, 3, "not what it only tells, nor what is in others' namespaces")
	require.Equal(t, "no-readiness-probe", found[0].Weakness)
	require.Equal(t, "container web: No readiness probe", found[0].Message)
	require.Equal(t, finding.Low, found[0].Severity)
	require.Equal(t, finding.Medium, found[1].Severity)
	require.Equal(t, finding.Object{Kind: "Deployment", Namespace: "shop", Name: "web"}, found[1].Object)
	require.Equal(t, finding.Object{Kind: "ClusterRole", Name: "left"}, found[2].Object)
}

func TestReportsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"  ___  woof":                   "popeye's report is no JSON",
		`{"popeye": {"errors": ["e"]}}`: `popeye looked at nothing: its report has no sections; its errors: ["e"]`,
	} {
		_, _, err := Popeye{Runner: says{text: text}}.Scan(t.Context())
		require.ErrorContains(t, err, want)
	}
	_, _, err := Popeye{Runner: says{err: errors.New("connection refused")}}.Scan(t.Context())
	require.EqualError(t, err, "look at the cluster with Popeye: connection refused")
}
