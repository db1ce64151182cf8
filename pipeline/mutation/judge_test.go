package mutation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/drill"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// drillOf begins at noon, breaks something after 10 s and mends it after 40 s.
func drillOf(rule string) Held {
	return Held{
		Drill: "website-down", Rule: rule, Labels: map[string]string{"namespace": "demo"},
		Began: noon, Fault: noon.Add(10 * time.Second), Repair: noon.Add(40 * time.Second),
		AlarmWithin: 15 * time.Second, EndWithin: 20 * time.Second,
	}
}

// fires is a mutant's alarm in namespace demo, at every second from and until.
func fires(mutant string, spans ...int) Series {
	s := Series{Mutant: mutant, Labels: map[string]string{"namespace": "demo"}}
	for i := 0; i < len(spans); i += 2 {
		for at := spans[i]; at <= spans[i+1]; at++ {
			s.Times = append(s.Times, noon.Add(time.Duration(at)*time.Second))
		}
	}
	return s
}

func TestKills(t *testing.T) {
	tests := map[string]struct {
		spans []int
		want  string
	}{
		"as the rule itself":      {[]int{15, 45}, ""},
		"one point is lost":       {[]int{15, 30, 32, 45}, ""},
		"just in time":            {[]int{25, 60}, ""},
		"never":                   {nil, "it did not fire within 15s of the fault"},
		"late":                    {[]int{26, 45}, "it did not fire within 15s of the fault"},
		"before the fault":        {[]int{5, 45}, "it fired in the quiet before the fault"},
		"only before the quiet":   {[]int{-20, -5, 15, 45}, ""},
		"ends before the repair":  {[]int{15, 30}, "it ended before the repair"},
		"comes and goes":          {[]int{15, 20, 30, 45}, "it ended before the repair"},
		"goes on":                 {[]int{15, 90}, "it did not end within 20s of the repair"},
		"again, by another drill": {[]int{15, 45, 80, 90}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, drillOf("R").kills(fires("M", test.spans...).Times))
		})
	}
}

// An alarm with other labels is another one: drills are held side by side.
func TestFiringWantsTheDrillsLabels(t *testing.T) {
	other := fires("M", 15, 45)
	other.Labels = map[string]string{"namespace": "shop"}
	recorded := Recorded{Series: []Series{other, fires("N", 15, 45)}}
	require.Empty(t, firing(Mutant{Name: "M"}, drillOf("R"), recorded))
	recorded.Series = append(recorded.Series, fires("M", 16, 17))
	require.Len(t, firing(Mutant{Name: "M"}, drillOf("R"), recorded), 2)
}

// judged are three mutants of two rules, of which one has no drill.
func judged(t *testing.T, p Policy) Report {
	t.Helper()
	mutants := []Mutant{
		{Name: "Down__comparison", Rule: "Down", Expr: "up != 0", What: "!= instead of ==", File: "a.yaml", Line: 3},
		{Name: "Down__threshold_lower", Rule: "Down", Expr: "up == -1", What: "-1 instead of 0", File: "a.yaml", Line: 3},
		{Name: "Slow__removed", Rule: "Slow", What: "the rule is taken out", File: "a.yaml", Line: 9},
	}
	recorded := Recorded{Series: []Series{fires("Down__threshold_lower", 15, 45)}, Until: noon.Add(2 * time.Minute)}
	r, err := Judge(mutants, []string{"ErrorBurst (loki)"}, []Held{drillOf("Down")}, recorded, p)
	require.NoError(t, err)
	return r
}

func TestReport(t *testing.T) {
	var text strings.Builder
	require.NoError(t, judged(t, Policy{}).Table(&text))
	golden.Equal(t, "testdata/report.txt", text.String())
	require.EqualError(t, judged(t, Policy{}).Err(), `a.yaml:3: Down__threshold_lower survived (-1 instead of 0): every drill of the rule would have passed
a.yaml:9: Slow__removed survived (the rule is taken out): no drill of the rule passed`)
}

func TestPolicyLetsMutantsLive(t *testing.T) {
	r := judged(t, Policy{Equivalent: []Allowance{{"Down__threshold_lower", "up is never -1"}, {"Slow__removed", "x"}, {"Down__comparison", "y"}}})
	require.Equal(t, Equivalent, r.Mutants[1].Outcome)
	require.Equal(t, "up is never -1", r.Mutants[1].Because)
	require.EqualError(t, r.Err(), "mutant Down__comparison is said to be equivalent, but a drill killed it; take the entry out")
}

func TestJudgeTooEarly(t *testing.T) {
	_, err := Judge(nil, nil, []Held{drillOf("Down")}, Recorded{Until: noon.Add(50 * time.Second)}, Policy{})
	require.EqualError(t, err, "the mutants were recorded until 12:00:50Z; to see whether each ends in time takes until 12:01:03Z")
}

func TestLoadPolicy(t *testing.T) {
	mutants, _, err := Of([]drill.Rule{{Name: "Down", By: drill.ByPrometheus, Expr: "up == 0"}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "mutants.yaml")
	_, err = LoadPolicy(file, mutants)
	require.NoError(t, err, "without a file none may live")
	require.NoError(t, os.WriteFile(file, []byte("equivalent:\n  - {mutant: Down__removd, reason: x}\n  - {mutant: Down__metric, reason: ''}\n"), 0o600))
	_, err = LoadPolicy(file, mutants)
	require.EqualError(t, err, file+":2:14: equivalent[0].mutant: there is no mutant Down__removd; take the entry out; did you mean Down__removed?\n"+
		file+":3:36: equivalent[1].reason: is missing; say why no drill can tell the mutant from its rule")
}
