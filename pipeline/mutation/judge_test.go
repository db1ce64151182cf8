package mutation

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// drillOf begins at noon, breaks something after 10 s, mends it after 40 s and
// ends after 75 s.
func drillOf(rule string) Held {
	fault, repair := noon.Add(10*time.Second), noon.Add(40*time.Second)
	return Held{
		Drill: "website-down", Alarm: Alarm{rule, map[string]string{"namespace": "demo"}}, Passed: true,
		Began: noon, Fault: &fault, Repair: &repair, Ended: noon.Add(75 * time.Second),
		AlarmWithin: 15 * time.Second, EndWithin: 20 * time.Second,
	}
}

// fires is a mutant's alarm in namespace demo, from and until these seconds.
func fires(mutant string, spans ...int) Series {
	s := Series{Mutant: mutant, Labels: map[string]string{"namespace": "demo", Label: mutant}}
	for i := 0; i < len(spans); i += 2 {
		s.Spans = append(s.Spans, Span{noon.Add(time.Duration(spans[i]) * time.Second), noon.Add(time.Duration(spans[i+1]) * time.Second)})
	}
	return s
}

func TestKills(t *testing.T) {
	tests := map[string]struct {
		spans []int
		want  string
	}{
		"as the rule itself":      {[]int{15, 45}, ""},
		"two alarms take turns":   {[]int{15, 30, 20, 45}, ""},
		"two points are lost":     {[]int{15, 30, 33, 45}, ""},
		"just in time":            {[]int{25, 60}, ""},
		"never":                   {nil, "it did not fire within 15s of the fault"},
		"late":                    {[]int{26, 45}, "it did not fire within 15s of the fault"},
		"all the time":            {[]int{-20, 90}, "it fired already when the fault was to be set"},
		"right before the fault":  {[]int{5, 8, 15, 45}, "it fired already when the fault was to be set"},
		"the drill waits for it":  {[]int{0, 6, 15, 45}, ""},
		"only before the quiet":   {[]int{-20, -5, 15, 45}, ""},
		"ends before the repair":  {[]int{15, 30}, "it ended before the repair"},
		"comes and goes":          {[]int{15, 20, 30, 45}, "it ended before the repair"},
		"goes on":                 {[]int{15, 90}, "it did not end within 20s of the repair"},
		"flaps":                   {[]int{15, 45, 70, 90}, "it fired again after its end"},
		"again, by another drill": {[]int{15, 45, 80, 90}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			recorded := Recorded{Series: []Series{fires("M", test.spans...)}}
			require.Equal(t, test.want, drillOf("R").kills(firing(Mutant{Name: "M"}, drillOf("R"), recorded)))
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
	require.Equal(t, fires("M", 16, 17).Spans, firing(Mutant{Name: "M"}, drillOf("R"), recorded))
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
