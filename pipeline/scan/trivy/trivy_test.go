package trivy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/scan/render"
)

// says answers every command with the same text.
type says struct {
	text string
	err  error
	argv [][]string
}

func (s *says) Run(_ context.Context, c command.Command) ([]byte, error) {
	s.argv = append(s.argv, c.Argv)
	return []byte(s.text), s.err
}

func documents(t *testing.T) []render.Document {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostNetwork: true\n"), 0o600))
	all, err := render.Lay(render.Options{Dir: dir, Into: t.TempDir()})
	require.NoError(t, err)
	return all
}

const report = `{"SchemaVersion": 2, "Results": [{"Target": "0000-pod.yaml", "Class": "config",
  "Misconfigurations": [
    {"ID": "KSV009", "Title": "Access to host network", "Message": "Pod 'a' has it", "Severity": "HIGH", "Status": "FAIL", "CauseMetadata": {"StartLine": 4, "EndLine": 5}},
    {"ID": "KSV-0017", "Severity": "HIGH", "Status": "PASS"}],
  "Secrets": [{"RuleID": "private-key", "Title": "Asymmetric Private Key", "Severity": "HIGH", "StartLine": 2}]}]}`

func TestFindingsOfManifests(t *testing.T) {
	runner := &says{text: report}
	found, err := Trivy{Program: "/p/trivy", Runner: runner, Cache: t.TempDir()}.Manifests(t.Context(), "/m", documents(t))
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, "host-network", found[0].Weakness)
	require.Equal(t, "a.yaml:5", found[0].Place.String(), "the line that says so, not that of the pod")
	require.Equal(t, []finding.Check{{Scanner: "trivy", ID: "KSV-0009"}}, found[0].Found)
	require.Equal(t, "secret-private-key", found[1].Weakness)
	require.Contains(t, runner.argv[0], "--offline-scan")
	require.Contains(t, runner.argv[0], "--skip-check-update")
}

func TestAnswersThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"panic: oh no":                        `trivy's answer is no JSON`,
		`{"SchemaVersion": 3}`:                "schema version 3, wanted 2",
		`{"SchemaVersion": 2, "Results": []}`: "trivy read 0 of 1 manifests; it left out a.yaml (Pod/a)",
		`{"SchemaVersion": 2, "Results": [{"Target": "0000-pod.yaml", "Class": "config"}, {"Target": "x"}]}`:                                                           `speaks of the file "x"`,
		`{"SchemaVersion": 2, "Results": [{"Target": "0000-pod.yaml", "Class": "config", "Misconfigurations": [{"ID": "K", "Status": "FAIL", "Severity": "AWFUL"}]}]}`: `trivy's check K: severity "AWFUL"`,
	} {
		_, err := Trivy{Runner: &says{text: text}, Cache: t.TempDir()}.Manifests(t.Context(), "/m", documents(t))
		require.ErrorContains(t, err, want)
	}
	_, err := Trivy{Runner: &says{err: errors.New("signal: killed")}, Cache: t.TempDir()}.Manifests(t.Context(), "/m", documents(t))
	require.EqualError(t, err, "check 1 manifests with Trivy: signal: killed")
}

func TestImageGivesListsAndFindings(t *testing.T) {
	runner := &says{text: `{"SchemaVersion": 2, "Results": [{"Target": "usr/bin/web", "Class": "lang-pkgs",
		"Vulnerabilities": [{"VulnerabilityID": "CVE-2026-1", "PkgName": "openssl", "InstalledVersion": "1", "FixedVersion": "2", "Severity": "CRITICAL", "Title": "T"}]}]}`}
	sbom := filepath.Join(t.TempDir(), "web")
	found, err := Trivy{Runner: runner, Cache: t.TempDir()}.Image(t.Context(), "web:1", "/store@sha256:1", Database{Dir: "/db"}, sbom)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "CVE-2026-1", found[0].Weakness)
	require.Equal(t, "openssl", found[0].Detail)
	require.Equal(t, "Take version 2.", found[0].Fix)
	require.Equal(t, "Image/web:1", found[0].Where())
	require.FileExists(t, sbom+".cdx.json")
	require.FileExists(t, sbom+".spdx.json")
	require.NotContains(t, runner.argv[1], "--offline-scan", "convert does not know it")
	require.Contains(t, runner.argv[0], "secret,vuln")
}

func TestWithoutADatabaseNobodyLooksForVulnerabilities(t *testing.T) {
	runner := &says{text: `{"SchemaVersion": 2}`}
	_, err := Trivy{Runner: runner, Cache: t.TempDir()}.Image(t.Context(), "web:1", "/store@sha256:1", Database{}, filepath.Join(t.TempDir(), "web"))
	require.NoError(t, err)
	require.NotContains(t, runner.argv[0], "secret,vuln")
	require.Contains(t, runner.argv[0], "--skip-db-update")
}

func TestDatabases(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{
		dir:             "holds no database",
		"./none":        "there is no such folder",
		"none":          "there is no such folder",
		"trivy_test.go": "is a file",
	} {
		_, err := ParseDatabase(text)
		require.ErrorContains(t, err, want, text)
	}
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "db"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "db", "trivy.db"), nil, 0o600))
	for text, want := range map[string]Database{"": {}, dir: {Dir: dir}, "registry.example.com/trivy-db:2": {Repository: "registry.example.com/trivy-db:2"}} {
		got, err := ParseDatabase(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
