package sarif_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/scan/finding"
	ours "firedrill/pipeline/scan/sarif"
)

func TestWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out", "scan.sarif")
	require.NoError(t, ours.Write(file, []finding.Finding{
		{
			Weakness: "privileged", Severity: finding.High, Title: "Privileged", Message: "Container web is privileged", Fix: "Set privileged to false",
			Object: finding.Object{Kind: "Deployment", Namespace: "shop", Name: "web"}, Place: finding.Place{File: "charts/shop/templates/web.yaml", Line: 12},
			Found: []finding.Check{{Scanner: "kubescape", ID: "C-0057"}, {Scanner: "trivy", ID: "KSV-0017", URL: "https://avd.aquasec.com/misconfig/ksv-0017"}}, New: true,
		},
		{
			Weakness: "C-0030", Severity: finding.Medium, Title: "Ingress and Egress blocked", Message: "Ingress and Egress blocked",
			Object: finding.Object{Kind: "Deployment", Namespace: "shop", Name: "web"},
			Found:  []finding.Check{{Scanner: "kubescape", ID: "C-0030"}}, Exception: "Until the policies are there.",
		},
	}))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	golden.Equal(t, "testdata/scan.sarif", string(text))

	// What code scanning services refuse, the format's own schema finds.
	report, err := sarif.Open(file)
	require.NoError(t, err)
	require.NoError(t, report.Validate())
	require.Len(t, report.Runs[0].Results, 2)
}

func TestNothingFoundIsAReportToo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "scan.sarif")
	require.NoError(t, ours.Write(file, nil))
	report, err := sarif.Open(file)
	require.NoError(t, err)
	require.NoError(t, report.Validate())
	require.NotNil(t, report.Runs[0].Results, "else the results of before would stay")
}

func TestFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.ErrorContains(t, ours.Write(filepath.Join(file, "scan.sarif"), nil), "write ")
}
