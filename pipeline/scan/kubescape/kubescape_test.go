package kubescape

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/scan/finding"
)

// writes puts a text where Kubescape is told to write its report.
type writes struct {
	text string
	err  error
	last command.Command
}

func (w *writes) Run(_ context.Context, c command.Command) ([]byte, error) {
	w.last = c
	if w.text != "" {
		file := c.Argv[slices.Index(c.Argv, "--output")+1]
		if err := os.WriteFile(file, []byte(w.text), 0o600); err != nil {
			return nil, err
		}
	}
	return nil, w.err
}

func of(t *testing.T, w *writes) Kubescape {
	t.Helper()
	return Kubescape{Program: "/p/kubescape", Runner: w, Policies: "/policies", Home: t.TempDir(), Kubeconfig: "/k", Namespaces: []string{"demo", "shop"}}
}

const report = `{"summaryDetails": {"frameworks": [
   {"name": "NSA", "complianceScore": 55, "controls": {
     "C-0057": {"complianceScore": 83, "statusInfo": {"status": "failed"}}, "C-0016": {"complianceScore": 100, "statusInfo": {"status": "passed"}},
     "C-0066": {"complianceScore": 0, "statusInfo": {"status": "skipped"}}}},
   {"name": "MITRE", "complianceScore": 0, "controls": {"C-0066": {"complianceScore": 0, "statusInfo": {"status": "skipped"}}}}]},
 "results": [{"resourceID": "apps/v1/shop/Deployment/web", "controls": [
   {"controlID": "C-0057", "name": "Privileged container", "severity": "High", "status": {"status": "failed"},
    "rules": [{"paths": [{"failedPath": "spec.template.spec.containers[0].securityContext.privileged"}]}]},
   {"controlID": "C-0016", "severity": "Medium", "status": {"status": "passed"}}]},
  {"resourceID": "/shop/ServiceAccount/web/rbac.authorization.k8s.io/v1//ClusterRole/all/rbac.authorization.k8s.io/v1//ClusterRoleBinding/web-all", "controls": [
   {"controlID": "C-0015", "name": "List Kubernetes secrets", "severity": "High", "status": {"status": "failed"}}]}]}`

func TestFindingsAndScores(t *testing.T) {
	runner := &writes{text: report}
	found, scores, err := of(t, runner).Scan(t.Context())
	require.NoError(t, err)
	require.Equal(t, []Score{{"MITRE", 1, map[string]float64{}}, {"NSA", 3, map[string]float64{"C-0057": 83, "C-0016": 100}}}, scores, "what was not looked at is no failure, and no success")
	require.Len(t, found, 2)
	require.Equal(t, "privileged", found[0].Weakness)
	require.Equal(t, finding.High, found[0].Severity)
	require.Equal(t, finding.Object{Kind: "Deployment", Namespace: "shop", Name: "web"}, found[0].Object)
	require.Equal(t, "Privileged container: spec.template.spec.containers[0].securityContext.privileged", found[0].Message)
	require.Equal(t, finding.Object{Kind: "ClusterRole", Name: "all"}, found[1].Object)
	require.Contains(t, runner.last.Env, "KUBECONFIG=/k")
	require.Contains(t, runner.last.Argv, "demo,shop")
	require.Contains(t, runner.last.Argv, "--keep-local", "nothing is sent to anybody")
}

func TestReportsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "kubescape ended well and wrote no report",
		"Killed":                                 "kubescape's report is no JSON",
		`{"summaryDetails": {"frameworks": []}}`: "kubescape checked nothing: its report has 0 frameworks and 0 objects",
		`{"summaryDetails": {"frameworks": [{"name": "NSA"}]}, "results": [{"controls": [{"controlID": "C-1", "severity": "Odd", "status": {"status": "failed"}}]}]}`: `kubescape's control C-1: severity "Odd"`,
	} {
		_, _, err := of(t, &writes{text: text}).Scan(t.Context())
		require.ErrorContains(t, err, want)
	}
	_, _, err := of(t, &writes{err: errors.New("connection refused")}).Scan(t.Context())
	require.EqualError(t, err, "check the cluster with Kubescape: connection refused")
}

// policies is a module with one control and one rule, in all frameworks.
func policies(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"rules/root/rule.metadata.json": `{"name": "root", "ruleLanguage": "Rego"}`, "rules/root/raw.rego": "package a\n", "rules/root/filter.rego": "package f\n",
		"controls/C-1.json":          `{"controlID": "C-1", "name": "Root", "baseScore": 6, "rulesNames": ["root"]}`,
		"default-config-inputs.json": `{"settings": {"postureControlInputs": {"insecureCapabilities": ["SYS_ADMIN"]}}}`,
	}
	for i, name := range Frameworks {
		files["frameworks/"+string(rune('a'+i))+".json"] = `{"name": "` + name + `", "activeControls": [{"controlID": "C-1", "patch": {"name": "No root"}}]}`
	}
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func TestAssemble(t *testing.T) {
	into := filepath.Join(t.TempDir(), "policies")
	require.NoError(t, Assemble(policies(t), into))
	text, err := os.ReadFile(filepath.Join(into, "nsa.json"))
	require.NoError(t, err)
	require.JSONEq(t, `{"name": "NSA", "ControlsIDs": ["C-1"], "controls": [{"controlID": "C-1", "name": "No root", "baseScore": 6,
		"rules": [{"name": "root", "ruleLanguage": "Rego", "rule": "package a\n", "resourceEnumerator": "package f\n"}]}]}`, string(text))
	text, err = os.ReadFile(filepath.Join(into, "controls-inputs.json"))
	require.NoError(t, err)
	require.JSONEq(t, `{"insecureCapabilities": ["SYS_ADMIN"]}`, string(text))
	for _, name := range []string{"mitre.json", "cis-v1.23-t1.0.1.json", "exceptions.json", "attack-tracks.json"} {
		text, err := os.ReadFile(filepath.Join(into, name))
		require.NoError(t, err)
		require.True(t, json.Valid(text), name)
	}
}

func TestDamagedPoliciesAreTold(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"framework": {"frameworks/a.json", "{", "frameworks/a.json is damaged"},
		"control":   {"frameworks/a.json", `{"name": "NSA", "activeControls": [{"controlID": "C-2"}]}`, `framework NSA: no control "C-2"`},
		"rule":      {"controls/C-1.json", `{"controlID": "C-1", "rulesNames": ["none"]}`, "control C-1 names the rule none, which is not there"},
		"name":      {"frameworks/a.json", `{"name": "other"}`, "has no framework NSA"},
		"inputs":    {"default-config-inputs.json", `{}`, "has no settings.postureControlInputs"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := policies(t)
			require.NoError(t, os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o600))
			require.ErrorContains(t, Assemble(dir, t.TempDir()), c.want)
		})
	}
	require.ErrorContains(t, Assemble(t.TempDir(), t.TempDir()), "has no rules")
}
