package mutation

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// judged are five mutants of three rules: one that a drill kills, one that only
// its unit test kills, and three that nobody kills, of which one has no drill.
func judged(t *testing.T, p Policy) Report {
	t.Helper()
	mutants := []Mutant{
		{Name: "Down__comparison", Rule: "Down", Expr: "up != 0", What: "!= instead of ==", File: "a.yaml", Line: 3},
		{Name: "Down__threshold_lower", Rule: "Down", Expr: "up == -1", What: "-1 instead of 0", File: "a.yaml", Line: 3},
		{Name: "Down__threshold_higher", Rule: "Down", Expr: "up == 1\n", What: "1 instead of 0", File: "a.yaml", Line: 3},
		{Name: "Down__metric", Rule: "Down", Expr: "up_renamed == 0", What: "up_renamed instead of up", File: "a.yaml", Line: 3},
		{Name: "Slow__removed", Rule: "Slow", What: "the rule is taken out", File: "a.yaml", Line: 9},
	}
	course := Course{
		Held: []Held{drillOf("Down")},
		Recorded: Recorded{Until: noon.Add(2 * time.Minute), Series: []Series{
			fires("Down__threshold_lower", 15, 45), fires("Down__threshold_higher", 15, 45), fires("Down__metric", 15, 45),
		}},
	}
	tested := map[string]Tested{
		"Down__comparison": {Failed: true, Because: "unit test: a pod that is up"}, "Down__threshold_lower": {Failed: true, Because: "unit test: a pod that is up"},
		"Down__threshold_higher": {Because: "its unit tests pass"}, "Down__metric": {Because: "its unit tests pass"},
		"Slow__removed": {Because: "its rule has no unit test"},
	}
	r, err := Judge(mutants, []string{"ErrorBurst (loki)"}, course, tested, p)
	require.NoError(t, err)
	return r
}

func TestReport(t *testing.T) {
	var text strings.Builder
	r := judged(t, Policy{})
	require.NoError(t, r.Table(&text))
	golden.Equal(t, "testdata/report.txt", text.String())
	require.EqualError(t, r.Err(), `a.yaml:3: Down__threshold_higher survived (1 instead of 0): every drill of the rule would have passed; its unit tests pass
a.yaml:3: Down__metric survived (up_renamed instead of up): every drill of the rule would have passed; its unit tests pass
a.yaml:9: Slow__removed survived (the rule is taken out): no drill of the rule passed; its rule has no unit test`)
	require.Equal(t, []string{Killed, UnitTested, Survived, Survived, Survived},
		[]string{r.Mutants[0].Outcome, r.Mutants[1].Outcome, r.Mutants[2].Outcome, r.Mutants[3].Outcome, r.Mutants[4].Outcome})
}

func TestPolicyLetsMutantsLive(t *testing.T) {
	r := judged(t, Policy{Equivalent: []Allowance{
		{"Down__threshold_higher", "up is never -1"}, {"Down__metric", "x"}, {"Slow__removed", "x"}, {"Down__comparison", "y"}, {"Down__threshold_lower", "z"},
	}})
	require.Equal(t, Equivalent, r.Mutants[2].Outcome)
	require.Equal(t, "up is never -1", r.Mutants[2].Reason)
	require.EqualError(t, r.Err(), `mutant Down__comparison is said to be equivalent, but was killed; take the entry out
mutant Down__threshold_lower is said to be equivalent, but was killed; take the entry out`)
}

func TestJudgeTooEarly(t *testing.T) {
	_, err := Judge(nil, nil, Course{[]Held{drillOf("Down")}, Recorded{Until: noon.Add(50 * time.Second)}}, nil, Policy{})
	require.EqualError(t, err, "the mutants were recorded until 12:00:50Z; to see whether each ends in time takes until 12:01:03Z")
}

// A drill that failed would have failed with any mutant.
func TestADrillThatFailedProvesNothing(t *testing.T) {
	failed := drillOf("Down")
	failed.Passed, failed.Repair = false, nil
	r, err := Judge([]Mutant{{Name: "Down__removed", Rule: "Down"}}, nil, Course{Held: []Held{failed}}, nil, Policy{})
	require.NoError(t, err)
	require.Equal(t, Survived, r.Mutants[0].Outcome)
	require.Equal(t, []string{"Down"}, r.Unproven)
}

// What was recorded can be judged again.
func TestCourseInAFile(t *testing.T) {
	c := Course{[]Held{drillOf("Down")}, Recorded{Until: noon, Series: []Series{fires("M", 15, 45)}}}
	file := filepath.Join(t.TempDir(), "out", "mutants.json")
	require.NoError(t, c.Write(file))
	read, err := LoadCourse(file)
	require.NoError(t, err)
	require.Equal(t, c, read)
	_, err = LoadCourse(filepath.Join(t.TempDir(), "none"))
	require.ErrorContains(t, err, "read how the drills went: open ")
	require.NoError(t, Course{}.Write(file))
	_, err = LoadCourse(file)
	require.ErrorContains(t, err, "tells of no drill")
}
