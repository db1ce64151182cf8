package policy

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/scan/finding"
)

// A control of which half failed, and of that one of two by an exception.
func TestScoreBesidesExceptions(t *testing.T) {
	found := func(id, exception string) finding.Finding {
		return finding.Finding{Weakness: "w", Found: []finding.Check{{ID: "KSV-0001"}, {ID: id}}, Exception: exception}
	}
	s := NewScore(4, map[string]float64{"C-0001": 50, "C-0002": 100, "C-0003": 0})
	require.Equal(t, "50.0 (3 of 4 controls looked at)", s.String())
	besides := s.Besides([]finding.Finding{found("C-0001", "a reason"), found("C-0001", ""), found("C-0009", "of another")})
	require.InDelta(t, (75.0+100)/3, besides.Percent, 1e-9)
	require.InDelta(t, 50, besides.Plain, 1e-9)
	require.Equal(t, "58.3 (50.0 without exceptions, 3 of 4 controls looked at)", besides.String())
	require.Equal(t, Score{Controls: 25}, Score{Controls: 25}.Besides(nil), "nothing was looked at")
}
