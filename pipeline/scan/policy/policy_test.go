package policy

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/scan/finding"
)

var today = time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)

func written(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "policy.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func found(weakness string, s finding.Severity, scan string) finding.Finding {
	return finding.Finding{
		Weakness: weakness, Severity: s, Scans: []string{scan}, Place: finding.Place{File: "charts/web/templates/a.yaml", Line: 3},
		Object: finding.Object{Kind: "Deployment", Namespace: "web", Name: "a"}, Found: []finding.Check{{Scanner: "trivy", ID: "KSV-0009"}},
	}
}

func TestTheShippedPoliciesCanBeRead(t *testing.T) {
	_, err := LoadGates("../../../policies/gates.yaml", []string{"NSA", "MITRE", "cis-v1.23-t1.0.1"})
	require.NoError(t, err)
	_, err = LoadExceptions("../../../policies/exceptions.yaml", time.Now())
	require.NoError(t, err)
}

func TestGatesFailOnMoreThanAllowed(t *testing.T) {
	gates, err := LoadGates(written(t, "manifests: {critical: 0, high: 1}\n"), nil)
	require.NoError(t, err)
	excepted := found("x", finding.Critical, Manifests)
	excepted.Exception = "known"
	facts := Facts{Done: []string{Manifests}, Findings: []finding.Finding{
		found("a", finding.High, Manifests), found("b", finding.High, Cluster), excepted, found("c", finding.Low, Manifests),
	}}
	require.Equal(t, []Verdict{
		{"manifests: at most 0 critical", "0", Passed}, {"manifests: at most 1 high", "1", Passed},
	}, gates.Judge([]string{Manifests}, facts), "an exception, another scan and what has no gate do not count")

	facts.Findings = append(facts.Findings, found("d", finding.High, Manifests), found("e", finding.Critical, Manifests))
	require.Equal(t, []Verdict{
		{"manifests: at most 0 critical", "1", Failed}, {"manifests: at most 1 high", "2", Failed},
	}, gates.Judge([]string{Manifests}, facts))
}

func TestWhatWasNotLookedAtHasNotPassed(t *testing.T) {
	gates, err := LoadGates(written(t, "manifests: {critical: 0}\nimages: {most: {high: 0}}\ncluster: {scores: {NSA: 95}, hygiene: 80}\n"), []string{"NSA"})
	require.NoError(t, err)
	for _, v := range gates.Judge([]string{Manifests, Images, Cluster}, Facts{}) {
		require.Equal(t, NotChecked, v.Outcome, v.Gate)
	}
	gates.Images.MustLook = true
	verdicts := gates.Judge([]string{Images}, Facts{Done: []string{Images}})
	require.Equal(t, Verdict{"images: looked for vulnerabilities", "no database of vulnerabilities: name one with --vuln-db", Failed}, verdicts[1])
	require.Equal(t, Passed, gates.Judge([]string{Images}, Facts{Done: []string{Images}, Looked: true})[1].Outcome)
}

func TestScores(t *testing.T) {
	gates, err := LoadGates(written(t, "cluster: {scores: {NSA: 95, MITRE: 90}, hygiene: 80}\n"), []string{"NSA", "MITRE"})
	require.NoError(t, err)
	hygiene := 79
	facts := Facts{Done: []string{Cluster}, Scores: map[string]Score{"NSA": {Percent: 94.9, Plain: 94.9, Looked: 20, Controls: 25}, "MITRE": {Percent: 90, Plain: 80, Looked: 27, Controls: 27}}, Hygiene: &hygiene}
	require.Equal(t, []Verdict{
		{"cluster: MITRE at least 90", "90.0 (80.0 without exceptions)", Passed}, {"cluster: NSA at least 95", "94.9 (20 of 25 controls looked at)", Failed}, {"cluster: Popeye at least 80", "79.0", Failed},
	}, gates.Judge([]string{Cluster}, facts))
	facts.Scores["NSA"] = Score{Controls: 25}
	require.Equal(t, NotChecked, gates.Judge([]string{Cluster}, facts)[1].Outcome, "nothing of it was looked at")
}

const good = `exceptions:
  - {id: host-network, scans: [manifests], where: [charts/web/templates/*], reason: It must., owner: platform, until: 2027-03-31}
`

func TestAnExceptionMarksWhatItIsAbout(t *testing.T) {
	e, err := LoadExceptions(written(t, good), today)
	require.NoError(t, err, "it holds on its last day")
	all := []finding.Finding{found("host-network", finding.High, Manifests), found("host-network", finding.High, Cluster), found("privileged", finding.High, Manifests)}
	require.Empty(t, e.Apply(all, []string{Manifests}))
	require.Equal(t, "It must.", all[0].Exception)
	require.Empty(t, all[1].Exception, "another scan's finding")
	require.Empty(t, all[2].Exception, "another weakness")

	e.Exceptions[0].ID, e.Exceptions[0].Where = "KSV-0009", []string{"web/Deployment/*"}
	other := []finding.Finding{found("host-network", finding.High, Manifests)}
	require.Empty(t, e.Apply(other, []string{Manifests}))
	require.Equal(t, "It must.", other[0].Exception, "a scanner's id and an object do as well")
}

func TestAnUnusedExceptionIsToldOnceItsScansAreDone(t *testing.T) {
	e, err := LoadExceptions(written(t, good), today)
	require.NoError(t, err)
	require.Empty(t, e.Apply(nil, []string{Cluster}), "nobody knows yet")
	unused := e.Apply(nil, []string{Manifests})
	require.Len(t, unused, 1)
	require.ErrorContains(t, unused[0], "exceptions[0]: nothing has host-network at charts/web/templates/* any more: take the exception out")
}

func TestMistakesInPolicies(t *testing.T) {
	for text, want := range map[string]string{
		"exceptions: [{id: KSV-9, scans: [manifests], where: [\"*\"], reason: r, owner: o, until: 2028-01-01}]":        `no scanner has a check "KSV-9"`,
		"exceptions: [{id: host-netwrok, scans: [manifests], where: [\"*\"], reason: r, owner: o, until: 2028-01-01}]": "did you mean host-network?",
		"exceptions: [{id: privileged, scans: [manifest], where: [\"*\"], reason: r, owner: o, until: 2028-01-01}]":    `there is no scan "manifest"`,
		"exceptions: [{id: privileged, scans: [manifests], where: [\"[\"], reason: r, owner: o, until: 2028-01-01}]":   `"[" is no glob`,
		"exceptions: [{id: privileged, scans: [manifests], where: [\"*\"], reason: r, owner: o, until: 2027-03-30}]":   "expired on 2027-03-30",
		"exceptions: [{id: privileged, scans: [manifests], where: [\"*\"], reason: r, owner: o, until: soon}]":         `"soon" is no day`,
		"exceptions: [{id: privileged, scans: [manifests], where: [\"*\"], owner: o, until: 2028-01-01}]":              "reason: is missing",
		"exceptions: [{id: privileged, scans: [manifests], reason: r, until: 2028-01-01}]":                             "where: is missing",
		"exceptions: [": "policy.yaml:1",
		"exception: []": "did you mean exceptions?",
	} {
		_, err := LoadExceptions(written(t, text), today)
		require.ErrorContains(t, err, want, text)
	}
	for text, want := range map[string]string{
		"manifests: {critical: -1}":     "-1 is no number of findings",
		"cluster: {scores: {NASA: 95}}": "there is no framework NASA; there are: NSA",
		"cluster: {scores: {NSA: 950}}": "950 is no score in percent",
		"cluster: {scores: 95}":         "cluster.scores",
	} {
		_, err := LoadGates(written(t, text), []string{"NSA"})
		require.ErrorContains(t, err, want, text)
	}
}

func TestWithoutFilesNothingIsGated(t *testing.T) {
	gates, err := LoadGates(filepath.Join(t.TempDir(), "none.yaml"), nil)
	require.NoError(t, err)
	require.Empty(t, gates.Judge([]string{Manifests, Cluster}, Facts{Done: []string{Manifests, Cluster}}))
	e, err := LoadExceptions(filepath.Join(t.TempDir(), "none.yaml"), today)
	require.NoError(t, err)
	require.Empty(t, e.Apply([]finding.Finding{found("x", finding.High, Manifests)}, []string{Manifests}))
}
