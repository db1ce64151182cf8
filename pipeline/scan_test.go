package pipeline

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images"
	"firedrill/pipeline/report"
	"firedrill/pipeline/scan"
	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/scan/policy"
)

func TestEachScannerIsGotOnceAndWhatIsMissingIsNamed(t *testing.T) {
	specs := images.Specs{
		{Name: "mirror.example.com/trivy:1", Host: true}, {Name: "docker.io/derailed/popeye:v1", Host: true}, {Name: "localhost/web:1"},
	}
	wanted, err := scannersOf([]string{policy.Manifests, policy.Images, policy.RBAC}, specs)
	require.NoError(t, err)
	require.Equal(t, images.Specs{specs[0]}, wanted)
	_, err = scannersOf([]string{policy.Cluster}, specs)
	require.ErrorContains(t, err, "scan cluster needs the image kubescape-cli")
	require.ErrorContains(t, err, "scan cluster needs the image kubescape-policies")
	require.NotContains(t, err.Error(), "popeye")
	specs[0].Host = false
	_, err = scannersOf([]string{policy.Manifests}, specs)
	require.ErrorContains(t, err, "scan manifests needs the image trivy")
}

// TestABadPolicyCostsNothing: not even the report of the run before.
func TestABadPolicyCostsNothing(t *testing.T) {
	o, events := site(t)
	s, err := loadedState(t.Context(), o)
	require.NoError(t, err)
	s.content.Policies = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(s.content.Policies, "gates.yaml"), []byte("manifest: {}"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(s.content.Policies, "exceptions.yaml"), []byte("exceptions: [{id: nonsense}]"), 0o600))
	_, err = s.scanning(Scanning{Scans: []string{policy.RBAC}, VulnDB: "./none"})
	for _, want := range []string{"gates.yaml:1:1: manifest: there is no such key", `no scanner has a check "nonsense"`, "rbac.yaml", "--vuln-db ./none"} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, events.lines)
}

func TestACheckOfAScanGetsNoScanner(t *testing.T) {
	o, events := site(t)
	o.CheckOnly = true
	_, err := Scan(t.Context(), o, Scanning{})
	require.NoError(t, err)
	require.Empty(t, events.lines)
	require.NoDirExists(t, o.Out)
}

func TestOnlyTheScannerOfTodayIsKept(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"old", "new", "unpack-1", "unpack-2"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o755))
	}
	before := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(dir, "unpack-2"), before, before))
	require.NoError(t, onlyThis(dir, "new"))
	require.NoDirExists(t, filepath.Join(dir, "old"))
	require.DirExists(t, filepath.Join(dir, "new"))
	require.DirExists(t, filepath.Join(dir, "unpack-1"), "another process may be at it")
	require.NoDirExists(t, filepath.Join(dir, "unpack-2"), "that one was killed")
}

// A run that fails before it scans has no findings, and not those of the run before.
func TestARunDoesNotShowTheScansOfTheOneBefore(t *testing.T) {
	o, _ := site(t)
	o.Name = "one"
	lists := filepath.Join(o.Out, "sbom")
	require.NoError(t, os.MkdirAll(lists, 0o755))
	gone := []string{filepath.Join(o.Out, "scan.sarif"), filepath.Join(lists, "web_1.cdx.json"), filepath.Join(lists, "web_1.spdx.json")}
	stays := []string{filepath.Join(o.Out, "notes.txt"), filepath.Join(lists, "mine.json")}
	for _, file := range append(gone, stays...) {
		require.NoError(t, os.WriteFile(file, nil, 0o600))
	}
	require.Error(t, session(t.Context(), o, withSteps(holding(), step{"deploy", fails})))
	for _, file := range gone {
		require.NoFileExists(t, file)
	}
	for _, file := range stays {
		require.FileExists(t, file)
	}

	require.NoError(t, os.Remove(filepath.Join(lists, "mine.json")))
	require.NoError(t, os.WriteFile(gone[1], nil, 0o600))
	require.NoError(t, forgetScans(o.Out))
	require.NoDirExists(t, lists)
}

func TestFindingsInTheReport(t *testing.T) {
	hygiene := 88
	f := finding.Finding{
		Weakness: "privileged", Severity: finding.High, Message: "m", Fix: "f", New: true, Object: finding.Object{Kind: "Pod", Namespace: "shop", Name: "web"},
		Place: finding.Place{File: "a.yaml", Line: 3}, Found: []finding.Check{{Scanner: "trivy"}, {Scanner: "kubescape"}},
	}
	excepted := f
	excepted.Exception = "It must."
	got := findings(scan.Report{
		Findings: []finding.Finding{f, excepted}, Scores: map[string]policy.Score{"NSA": {Percent: 95.5, Plain: 90, Looked: 20, Controls: 25}}, Hygiene: &hygiene,
		Verdicts: []policy.Verdict{{Gate: "g", Found: "1", Outcome: policy.NotChecked}},
	})
	require.Equal(t, 1, got.High)
	require.Equal(t, 1, got.New)
	require.Equal(t, 1, got.Excepted)
	require.Equal(t, []report.Score{{Of: "NSA", Percent: 95.5, Plain: 90, Looked: 20, Controls: 25}, {Of: "Popeye", Percent: 88, Plain: 88}}, got.Scores)
	require.Equal(t, []report.Gate{{Gate: "g", Found: "1", Outcome: "not checked"}}, got.Gates)
	require.Equal(t, report.Finding{
		Severity: "high", Weakness: "privileged", By: []string{"kubescape", "trivy"}, Object: "shop/Pod/web", Where: "a.yaml:3", Message: "m", Fix: "f", New: true,
	}, got.List[0])
}
