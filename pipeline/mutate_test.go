package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/mutation"
	"firedrill/pipeline/server"
	"firedrill/pipeline/strict"
)

// neverAsked is a promtool for rules that have no unit tests.
const neverAsked = "/nobody/runs/this"

// outcomes counts the mutants of each outcome.
func outcomes(r mutation.Report) map[string]int {
	all := map[string]int{}
	for _, m := range r.Mutants {
		all[m.Outcome]++
	}
	return all
}

func TestMutantsOfTheSite(t *testing.T) {
	o, _ := site(t)
	mutants, left, err := Mutants(t.Context(), o)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Len(t, mutants, 12)
	require.Equal(t, "WebDown__threshold_lower", mutants[0].Name)
}

// The unit tests alone need no cluster, and no program where there are none.
func TestMutateByUnitTestsAlone(t *testing.T) {
	o, events := site(t)
	r, err := MutateRules(t.Context(), o, Mutating{TestsOnly: true, Promtool: neverAsked})
	require.NoError(t, err)
	require.Equal(t, map[string]int{mutation.Survived: 12}, outcomes(r))
	require.Equal(t, "its rule has no unit test", r.Mutants[0].Test)
	require.Equal(t, []string{"unit tests: started", "unit tests/mutants: started", "unit tests/mutants: passed", "unit tests: passed"}, events.lines)
}

// How the drills went is judged again without a cluster.
func TestMutateAgain(t *testing.T) {
	o, _ := site(t)
	fault, repair := time.Unix(1010, 0), time.Unix(1040, 0)
	file := filepath.Join(t.TempDir(), "mutants.json")
	require.NoError(t, mutation.Course{
		Held: []mutation.Held{{
			Alarm: mutation.Alarm{Rule: "WebDown"}, Drill: "web-down", Passed: true, Began: time.Unix(1000, 0), Ended: time.Unix(1060, 0),
			Fault: &fault, Repair: &repair, AlarmWithin: time.Minute, EndWithin: time.Minute,
		}},
		Recorded: mutation.Recorded{Until: time.Unix(2000, 0), Series: []mutation.Series{{
			Mutant: "WebDown__threshold_lower", Labels: map[string]string{}, Spans: []mutation.Span{{From: time.Unix(1020, 0), To: time.Unix(1045, 0)}},
		}}},
	}.Write(file))
	r, err := MutateRules(t.Context(), o, Mutating{Again: file, Promtool: neverAsked})
	require.NoError(t, err)
	require.Equal(t, map[string]int{mutation.Killed: 5, mutation.Survived: 7}, outcomes(r))
	require.Equal(t, []string{"CartDown"}, r.Unproven)

	_, err = MutateRules(t.Context(), o, Mutating{Again: filepath.Join(t.TempDir(), "none"), Promtool: neverAsked})
	require.ErrorContains(t, err, "read how the drills went: ")
}

// What is missing is said before the unit tests are run.
func TestMutateNeedsACluster(t *testing.T) {
	o, events := site(t)
	_, err := MutateRules(t.Context(), o, Mutating{Release: "web", Promtool: neverAsked})
	require.ErrorContains(t, err, "no cluster")
	_, err = MutateRules(t.Context(), o, Mutating{Release: "wbe", Promtool: neverAsked})
	require.EqualError(t, err, `there is no release "wbe" whose chart could load the mutants; name it with --release`)
	require.Empty(t, events.lines)
}

// The mutants are values of one release, for as long as the drills last.
func TestWithMutants(t *testing.T) {
	c := &content.Content{Releases: []deploy.Release{{Name: "web"}, {Name: "monitoring", Set: map[string]any{"a": 1}}}}
	changed, err := withMutants(c, "monitoring", []mutation.Mutant{{Name: "Down__comparison", Rule: "Down", Expr: "up != 0"}})
	require.NoError(t, err)
	require.Nil(t, changed.Releases[0].Set)
	require.Equal(t, 1, changed.Releases[1].Set["a"])
	rules := changed.Releases[1].Set["rules"].(map[string]any)["extra"].(map[string]any)["mutants.yaml"].(string)
	require.Contains(t, rules, "alert: Down__comparison")
	require.Equal(t, map[string]any{"a": 1}, c.Releases[1].Set, "the content itself stays as it is")

	c.Releases[1].Set["rules"] = map[string]any{"maxFor": "5s"}
	_, err = withMutants(c, "monitoring", nil)
	require.ErrorContains(t, err, "release monitoring sets rules in firedrill.yaml")
}

// loading is a Prometheus that has evaluated the mutant after a while.
type loading struct {
	began time.Time
	takes time.Duration
}

func (l loading) Rule(_ context.Context, name string) (server.Rule, error) {
	switch {
	case name != "Down__comparison":
		return server.Rule{}, errors.New("asked for " + name)
	case time.Since(l.began) < l.takes/2:
		return server.Rule{}, errors.New("no alerting rule Down__comparison is loaded")
	case time.Since(l.began) < l.takes:
		return server.Rule{Health: "unknown"}, nil
	}
	return server.Rule{Health: "ok"}, nil
}

// A chart that does not load mutants would make every one of them look dead.
func TestUntilMutantsAreLoaded(t *testing.T) {
	const missing = "mutant Down__comparison is not evaluated by Prometheus within 2m0s of its deployment (does the chart load the value rules.extra?): "
	m := &mutating{mutants: []mutation.Mutant{{Name: "Down__removed"}, {Name: "Down__comparison", Expr: "up != 0"}}}
	for takes, want := range map[time.Duration]string{
		0: "", time.Minute: "", 3 * time.Minute: missing + "its health is unknown", time.Hour: missing + "no alerting rule Down__comparison is loaded",
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			err := m.untilLoaded(t.Context(), loading{began, takes})
			if want == "" {
				require.NoError(t, err)
				require.GreaterOrEqual(t, time.Since(began), takes)
				return
			}
			require.EqualError(t, err, want)
		})
	}
	m.mutants = m.mutants[:1]
	require.ErrorContains(t, m.untilLoaded(t.Context(), loading{}), "there is no mutant to load")
}

func TestHeldTellsHowEachDrillWent(t *testing.T) {
	fault, repair, began := time.Unix(10, 0), time.Unix(20, 0), time.Unix(5, 0)
	times := drill.Times{Fault: &fault, Repair: &repair}
	m := &mutating{
		state: &state{loaded: loaded{drills: []drill.Drill{
			{
				Name: "web-down", Rule: "WebDown", Labels: map[string]string{"namespace": "shop"}, Disturbs: []string{"namespace/shop", "memory"},
				Also: []drill.Announced{{Rule: "CartDown"}}, Within: drill.Within{Alarm: strict.Duration{Duration: 7 * time.Second}},
			},
			{Name: "cart-down", Rule: "CartDown"},
		}}},
		results: []drill.Result{
			{Name: "web-down", Status: drill.Passed, Began: began, Ended: repair, Ways: []drill.WayResult{{Way: drill.WayGrafana, Times: times}}},
			{Name: "cart-down", Status: drill.Failed, Began: began, Ended: repair},
			{Name: "of an earlier content", Status: drill.Passed},
		},
	}
	held := m.held()
	require.Len(t, held, 2)
	require.Equal(t, mutation.Held{
		Alarm: mutation.Alarm{Rule: "WebDown", Labels: map[string]string{"namespace": "shop"}}, Drill: "web-down",
		Also: []mutation.Alarm{{Rule: "CartDown"}}, Namespaces: []string{"drill-web-down", "shop"}, Passed: true,
		Began: began, Ended: repair, Fault: &fault, Repair: &repair, AlarmWithin: 7 * time.Second, EndWithin: 2 * time.Minute,
	}, held[0])
	require.False(t, held[1].Passed)
	require.Nil(t, held[1].Fault)
}

// Mutants survive what was held, not what never began.
func TestWithoutADrillNothingIsSaidOfMutants(t *testing.T) {
	refused := errors.New("drills are held by another process")
	m := &mutating{}
	require.ErrorIs(t, m.unheld(refused), refused)
	m.results = []drill.Result{{Name: "web-down", Status: drill.Failed}}
	require.NoError(t, m.unheld(refused), "one that failed does not keep back the others")
}

// A program that is not there is said at once, with how to get it.
func TestMutateNeedsPromtool(t *testing.T) {
	o, _ := site(t)
	there, err := filepath.Abs(filepath.Dir(o.Content))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(there)))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "rules", "tests"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rules", "tests", "web.yaml"), nil, 0o600))
	o.Content = filepath.Join(dir, "firedrill.yaml")
	_, err = MutateRules(t.Context(), o, Mutating{TestsOnly: true, Promtool: neverAsked})
	require.ErrorContains(t, err, "`make promtool` builds it, and --promtool names it")
}
