package finding

import (
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

func of(scanner, id string) Finding {
	return Finding{
		Weakness: Weakness(id), Object: Object{Kind: "Deployment", Namespace: "web", Name: "shop"},
		Found: []Check{{Scanner: scanner, ID: id}}, Scans: []string{"manifests"},
	}
}

func TestOneFindingByTwoScannersShowsOnceWithBothNames(t *testing.T) {
	a, b := of("trivy", "KSV-0017"), of("kubescape", "C-0057")
	a.Place, a.Message, a.Severity = Place{"charts/web/templates/a.yaml", 7}, "Container shop is privileged", Medium
	b.Severity, b.Message, b.Scans = High, "Privileged container", []string{"cluster"}
	for name, order := range map[string][]Finding{"one way": {a, b}, "the other": {b, a}} {
		merged := Merge(order)
		require.Len(t, merged, 1, name)
		m := merged[0]
		require.Equal(t, "privileged", m.Weakness)
		require.Equal(t, []string{"kubescape", "trivy"}, m.By())
		require.Equal(t, High, m.Severity, "the graver of the two")
		require.Equal(t, "charts/web/templates/a.yaml:7", m.Where(), "who knows the line says it")
		require.Equal(t, "Container shop is privileged", m.Message)
		require.Equal(t, []string{"cluster", "manifests"}, m.Scans)
	}
	require.Len(t, Merge([]Finding{of("trivy", "KSV-0017"), of("trivy", "KSV-0018")}), 2)
}

func TestTheSameFromTwoValuesFilesIsOne(t *testing.T) {
	a, b := of("trivy", "KSV-0017"), of("trivy", "KSV-0017")
	a.With, b.With = []string{"values.yaml"}, []string{"values-ha.yaml"}
	merged := Merge([]Finding{a, b})
	require.Len(t, merged, 1)
	require.Equal(t, []string{"values-ha.yaml", "values.yaml"}, merged[0].With)
	require.Len(t, merged[0].Found, 1)
}

func TestTheGravestComesFirst(t *testing.T) {
	low, high := of("trivy", "KSV-0001"), of("trivy", "KSV-0041")
	high.Severity = Critical
	merged := Merge([]Finding{low, high})
	require.Equal(t, Critical, merged[0].Severity)
}

// TestFingerprintsAreStable: services that show findings know them again by it.
func TestFingerprintsAreStable(t *testing.T) {
	f := of("trivy", "KSV-0017")
	require.Equal(t, "ace8b5db09bf594b036aad5b043525ea", f.Fingerprint())
	moved := f
	moved.Place, moved.Message, moved.Severity, moved.Found = Place{"other.yaml", 9}, "x", Critical, nil
	require.Equal(t, f.Fingerprint(), moved.Fingerprint())
	for _, change := range []func(*Finding){
		func(f *Finding) { f.Weakness = "other" }, func(f *Finding) { f.Object.Name = "other" },
		func(f *Finding) { f.Object.Namespace = "other" }, func(f *Finding) { f.Object.Kind = "Pod" }, func(f *Finding) { f.Detail = "openssl" },
	} {
		other := f
		change(&other)
		require.NotEqual(t, f.Fingerprint(), other.Fingerprint())
	}
}

func TestNoCheckHasTwoNames(t *testing.T) {
	var byName map[string][]string
	require.NoError(t, yaml.Unmarshal(weaknesses, &byName))
	seen := map[string]string{}
	for name, ids := range byName {
		for _, id := range ids {
			require.Empty(t, seen[id], "%s is %s and %s", id, seen[id], name)
			seen[id] = name
		}
	}
	require.Equal(t, "privileged", Weakness("C-0057"))
	require.Equal(t, "KSV-9999", Weakness("KSV-9999"))
	require.Contains(t, Weaknesses(), "host-path")
}

func TestSeverities(t *testing.T) {
	for word, want := range map[string]Severity{"CRITICAL": Critical, "High": High, "medium": Medium, "LOW": Low, "UNKNOWN": Low} {
		got, err := ParseSeverity(word)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := ParseSeverity("terrible")
	require.EqualError(t, err, `severity "terrible": wanted critical, high, medium or low`)
}
