package drill

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/strict"
)

func TestClashes(t *testing.T) {
	both := []string{WayPrometheus, WayGrafana}
	tests := []struct {
		name     string
		a, b     Drill
		aWays    []string
		bWays    []string
		together bool
	}{
		{"nothing in common", Drill{Disturbs: []string{"namespace/a"}}, Drill{Disturbs: []string{"namespace/b"}}, both, both, true},
		{"the same namespace", Drill{Disturbs: []string{"namespace/a"}}, Drill{Disturbs: []string{"namespace/a"}}, both, both, false},
		{"one breaks what the other needs", Drill{Disturbs: []string{"alertmanager"}}, Drill{}, []string{WayGrafana}, both, false},
		{"one breaks what the other does without", Drill{Disturbs: []string{"alertmanager"}}, Drill{}, []string{WayGrafana}, []string{WayGrafana}, true},
		{"the collector carries Loki's lines", Drill{Disturbs: []string{"otel-collector"}}, Drill{}, both, []string{WayLoki}, false},
		{"inbox evaluates for itself", Drill{Disturbs: []string{"prometheus"}}, Drill{}, []string{WayInbox}, []string{WayInbox}, true},
		{"pods need the control plane", Drill{Faults: []fault.Spec{{Stop: &fault.Stop{}}}}, Drill{Disturbs: []string{"control-plane"}}, both, both, false},
		{"what makes no pods does not", Drill{Faults: []fault.Spec{{Pressure: &fault.Pressure{}}}}, Drill{Disturbs: []string{"control-plane"}}, both, both, true},
		{"all need CPU", Drill{Disturbs: []string{"cpu"}}, Drill{}, both, both, false},
		{"only one can take the memory", Drill{Disturbs: []string{"memory"}}, Drill{Disturbs: []string{"memory"}}, both, both, false},
	}
	for _, test := range tests {
		test.a.Name, test.b.Name = "a", "b"
		a, b := test.a.claim(test.aWays), test.b.claim(test.bWays)
		require.Equal(t, !test.together, a.clashes(b), test.name)
		require.Equal(t, !test.together, b.clashes(a), test.name)
		require.True(t, a.clashes(a), "a drill is held once at a time")
	}
}

// held schedules drills that each take that long, and tells when each began.
func held(t *testing.T, most int, took map[string]time.Duration, claims ...claim) (began map[string]time.Duration, all time.Duration) {
	t.Helper()
	began = map[string]time.Duration{}
	synctest.Test(t, func(*testing.T) {
		var mu sync.Mutex
		start := time.Now()
		var turns []*turn
		for _, c := range claims {
			turns = append(turns, &turn{item: c.name, claim: c})
		}
		schedule(turns, most, func(x *turn) {
			mu.Lock()
			began[x.item] = time.Since(start)
			mu.Unlock()
			time.Sleep(took[x.item])
		})
		all = time.Since(start)
	})
	return began, all
}

func TestScheduleTakesAsLongAsTheLongest(t *testing.T) {
	began, all := held(t, 8, map[string]time.Duration{"a": 30 * time.Second, "b": 20 * time.Second, "c": 10 * time.Second, "d": time.Second},
		claim{name: "a", disturbs: []string{"x"}}, claim{name: "b", disturbs: []string{"y"}},
		claim{name: "c", disturbs: []string{"y"}}, claim{name: "d", disturbs: []string{"z"}})
	require.Equal(t, 30*time.Second, all)
	require.Equal(t, map[string]time.Duration{"a": 0, "b": 0, "c": 20 * time.Second, "d": 0}, began, "d does not wait for c, which waits for b")
}

func TestScheduleHoldsNoMoreAtOnce(t *testing.T) {
	took := map[string]time.Duration{}
	var claims []claim
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		took[name] = 10 * time.Second
		claims = append(claims, claim{name: name})
	}
	began, all := held(t, 2, took, claims...)
	require.Equal(t, 30*time.Second, all)
	require.Equal(t, 20*time.Second, began["e"])
}

func TestScheduleBeginsWithTheSlowest(t *testing.T) {
	slow := &turn{item: "slow", drill: Drill{Onset: &Onset{Takes: strict.Duration{Duration: time.Minute}}}, claim: claim{name: "slow"}}
	var began []string
	schedule([]*turn{{item: "a", claim: claim{name: "a"}}, {item: "b", claim: claim{name: "b"}}, slow}, 1, func(x *turn) { began = append(began, x.item) })
	require.Equal(t, []string{"slow", "a", "b"}, began)
}

func TestResultsComeInTheOrderOfTheDrills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		slow, fast := websiteDown(), websiteDown()
		slow.Name, slow.Ways = "slow", []string{WayGrafana}
		fast.Name, fast.Disturbs = "fast", []string{"namespace/other"}
		results, err := RunAll(t.Context(), Options{Servers: w.servers()}, []Drill{slow, fast})
		require.NoError(t, err)
		require.Equal(t, []string{"slow", "fast"}, []string{results[0].Name, results[1].Name})
		require.True(t, results[1].Began.Before(results[0].Ended), "side by side")
	})
}

func TestRepeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results, err := RunAll(t.Context(), Options{Servers: newWorld().servers(), Repeat: 3}, []Drill{websiteDown()})
		require.NoError(t, err)
		require.Len(t, results, 3)
		require.True(t, slices.IsSortedFunc(results, func(a, b Result) int { return a.Began.Compare(b.Began) }))
		tallies := Tallies(results)
		require.Len(t, tallies, 1)
		require.Equal(t, 3, tallies[0].Passed)
		require.InDelta(t, 7, *tallies[0].Median, 0.3)
		require.InDelta(t, 7.0/8, *tallies[0].Ratio, 0.05)
	})
}

func TestTallies(t *testing.T) {
	took := func(seconds, ratio float64) WayResult {
		return WayResult{Way: WayGrafana, Seconds: Seconds{FaultToNotification: &seconds}, Ratio: &ratio}
	}
	tallies := Tallies([]Result{
		{Name: "b", Status: Passed, Ways: []WayResult{took(4, 0.4)}},
		{Name: "b", Status: Failed, Ways: []WayResult{took(9, 0.9)}},
		{Name: "b", Status: Passed, Ways: []WayResult{took(5, 0.5)}},
		{Name: "a", Status: Failed},
	})
	require.Equal(t, 2, tallies[0].Passed)
	require.Equal(t, 1, tallies[0].Failed)
	require.InDelta(t, 5, *tallies[0].Median, 0)
	require.InDelta(t, 9, *tallies[0].Longest, 0)
	require.InDelta(t, 0.9, *tallies[0].Ratio, 0)
	require.Equal(t, Tally{Drill: "a", Failed: 1}, tallies[1])
}

func TestUrgent(t *testing.T) {
	minute := &Onset{Takes: strict.Duration{Duration: time.Minute}}
	var turns []*turn
	add := func(name string, d Drill, window time.Duration) {
		turns = append(turns, &turn{item: name, drill: d, window: window, claim: claim{name: name, disturbs: d.Disturbs, needs: append(d.Needs, keyInbox)}})
	}
	add("ends everything", Drill{Disturbs: []string{keyInbox}, Onset: minute}, 0)
	add("takes the processors", Drill{Disturbs: []string{keyCPU}}, 0)
	add("quick", Drill{}, 0)
	add("slow", Drill{Onset: minute}, 0)
	add("with a window", Drill{}, time.Hour)
	add("takes the node", Drill{Disturbs: []string{"node/reserved"}, Onset: minute}, 0)
	add("takes the node too", Drill{Disturbs: []string{"node/reserved"}}, 0)
	add("needs the node", Drill{Needs: []string{"node/reserved"}}, 0)
	var names []string
	for _, u := range urgent(turns) {
		names = append(names, u.item)
	}
	require.Equal(t, []string{
		"takes the node", "takes the node too", "needs the node", "slow", "with a window", "quick",
		"takes the processors", "ends everything",
	}, names)
}
