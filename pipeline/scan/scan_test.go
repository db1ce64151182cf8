package scan

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/scan/policy"
)

func weak(id string, s finding.Severity) finding.Finding {
	return finding.Finding{
		Weakness: finding.Weakness(id), Severity: s, Object: finding.Object{Kind: "Pod", Namespace: "shop", Name: "web"},
		Found: []finding.Check{{Scanner: strings.ToLower(id[:1]), ID: id}},
	}
}

func gives(scan, scanner string, found Found, err error) Part {
	return Part{Scan: scan, Scanner: scanner, Do: func(context.Context, func(string)) (Found, error) { return found, err }}
}

func policies(t *testing.T, gates, exceptions string) (policy.Gates, policy.Exceptions) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"gates.yaml": gates, "exceptions.yaml": exceptions} {
		if text != "" {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		}
	}
	g, err := policy.LoadGates(filepath.Join(dir, "gates.yaml"), []string{"NSA"})
	require.NoError(t, err)
	e, err := policy.LoadExceptions(filepath.Join(dir, "exceptions.yaml"), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	return g, e
}

// TestAScannerThatFailsTakesNothingFromTheOthers: their findings are told, and
// what it did not look at has not passed.
func TestAScannerThatFailsTakesNothingFromTheOthers(t *testing.T) {
	gates, exceptions := policies(t, "manifests: {high: 0}\ncluster: {most: {high: 0}}\n", "")
	var items []string
	r, err := Run(t.Context(), Options{
		Parts: []Part{
			gives(policy.Manifests, "trivy", Found{Findings: []finding.Finding{weak("KSV-0017", finding.Medium)}}, nil),
			gives(policy.Cluster, "kubescape", Found{}, errors.New("kubescape's report is no JSON")),
			gives(policy.Cluster, "popeye", Found{Findings: []finding.Finding{weak("POP-106", finding.Low)}}, nil),
		},
		Gates: gates, Exceptions: exceptions,
		Sink: func(e event.Event) {
			if e.State.Ended() {
				items = append(items, string(e.State)+" "+e.Item)
			}
		},
	})
	require.EqualError(t, err, "cluster: kubescape: kubescape's report is no JSON")
	require.Len(t, r.Findings, 2)
	require.Equal(t, []string{policy.Manifests}, r.Done)
	require.Contains(t, items, "failed cluster: kubescape")
	require.Contains(t, items, "passed manifests: trivy")
	require.Contains(t, items, "passed gate manifests: at most 0 high")
	require.Contains(t, items, "skipped gate cluster: at most 0 high")
}

func TestAGateThatFailsNamesTheGravest(t *testing.T) {
	gates, exceptions := policies(t, "cluster: {most: {high: 0}}\n", "")
	_, err := Run(t.Context(), Options{
		Parts: []Part{gives(policy.Cluster, "kubescape", Found{Findings: []finding.Finding{weak("C-0057", finding.High)}}, nil)},
		Gates: gates, Exceptions: exceptions,
	})
	require.EqualError(t, err, "gate cluster: at most 0 high: found 1, such as privileged at shop/Pod/web")
}

func TestExceptionsAreAppliedAndUnusedOnesTold(t *testing.T) {
	gates, exceptions := policies(t, "manifests: {high: 0}\n", `exceptions:
  - {id: privileged, scans: [manifests], where: [shop/Pod/web], reason: It must., owner: platform, until: 2027-06-30}
  - {id: host-path, scans: [manifests], where: [shop/Pod/web], reason: It did., owner: platform, until: 2027-06-30}
`)
	r, err := Run(t.Context(), Options{
		Parts: []Part{gives(policy.Manifests, "trivy", Found{Findings: []finding.Finding{weak("KSV-0017", finding.High)}}, nil)},
		Gates: gates, Exceptions: exceptions,
	})
	require.ErrorContains(t, err, "exceptions[1]: nothing has host-path")
	require.NotContains(t, err.Error(), "gate")
	require.Equal(t, "It must.", r.Findings[0].Exception)
	require.Equal(t, "0 critical, 0 high, 0 medium, 0 low; 0 new; 1 excepted", r.Count().String())
}

func TestNewIsWhatTheScanBeforeDidNotFind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "scan", "before.json")
	old, fresh := weak("KSV-0017", finding.High), weak("KSV-0018", finding.Low)
	scan := func(f ...finding.Finding) Report {
		before, err := LoadBefore(file)
		require.NoError(t, err)
		r, err := Run(t.Context(), Options{Parts: []Part{gives(policy.Manifests, "trivy", Found{Findings: f}, nil)}, Before: before})
		require.NoError(t, err)
		require.NoError(t, before.Save(file, r))
		return r
	}
	require.Zero(t, scan(old).Count().New, "the first scan has nothing to compare with")
	require.Equal(t, 1, scan(old, fresh).Count().New)
	require.Zero(t, scan(old, fresh).Count().New)
	require.Zero(t, scan(old).Count().New)
	require.Equal(t, 1, scan(old, fresh).Count().New, "it had gone in between")
}

func TestAScanThatFailedIsNotWhatTheNextIsComparedWith(t *testing.T) {
	file := filepath.Join(t.TempDir(), "before.json")
	before := Before{policy.Cluster: {"a"}}
	require.NoError(t, before.Save(file, Report{Done: []string{policy.Manifests}}))
	next, err := LoadBefore(file)
	require.NoError(t, err)
	require.Equal(t, Before{policy.Cluster: {"a"}, policy.Manifests: {}}, next)

	require.NoError(t, os.WriteFile(file, []byte("{"), 0o600))
	_, err = LoadBefore(file)
	require.ErrorContains(t, err, "remove it; nothing will be called new then")
}

func TestTable(t *testing.T) {
	excepted := weak("C-0048", finding.High)
	excepted.Exception = "It must."
	placed := weak("KSV-0017", finding.Critical)
	placed.Place, placed.New = finding.Place{File: "charts/web/a.yaml", Line: 3}, true
	var out strings.Builder
	r := Report{
		Findings: []finding.Finding{placed, excepted, weak("POP-106", finding.Low)},
		Verdicts: []policy.Verdict{{Gate: "manifests: at most 0 critical", Found: "1", Outcome: policy.Failed}},
	}
	require.NoError(t, r.Table(&out))
	require.Equal(t, `critical  new  privileged  k  charts/web/a.yaml:3  shop/Pod/web
low            POP-106     p  shop/Pod/web         shop/Pod/web

failed  manifests: at most 0 critical  found 1
1 critical, 0 high, 0 medium, 1 low; 1 new; 1 excepted
`, out.String())
}

type seen struct{ last command.Command }

func (s *seen) Run(_ context.Context, c command.Command) ([]byte, error) {
	s.last = c
	return nil, nil
}

func TestScannersGiveWay(t *testing.T) {
	runner := &seen{}
	_, err := Nice{runner}.Run(t.Context(), command.Command{Argv: []string{"/p/trivy", "image"}})
	require.NoError(t, err)
	require.Equal(t, []string{"nice", "-n", "19", "/p/trivy", "image"}, runner.last.Argv)
}
