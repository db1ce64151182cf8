package report

import (
	"flag"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/event"
)

var manyDir = flag.String("many", "", "folder for the report of thirty drills and its events, to look at them")

func TestManyDrillsInText(t *testing.T) {
	stream := manyEvents()
	for _, width := range []int{80, 120} {
		rec := newRecorder()
		sink := rec.Sink()
		var all strings.Builder
		for _, e := range stream {
			sink(e)
			if text := transcript(rec.Model(), e, newPalette(false), width); text != "" {
				all.WriteString(text + "\n")
			}
		}
		for _, line := range strings.Split(all.String(), "\n") {
			require.LessOrEqual(t, ansi.StringWidth(line), width, line)
		}
		golden.Equal(t, fmt.Sprintf("testdata/many/terminal%d.txt", width), []byte(all.String()))
	}
	golden.Equal(t, "testdata/many/github-summary.md", []byte(jobSummary(manyModel())))
}

func TestManyDrillsLive(t *testing.T) {
	var all strings.Builder
	for _, size := range []tea.WindowSizeMsg{{Width: 80, Height: 24}, {Width: 120, Height: 40}, {Width: 80, Height: 8}} {
		for _, after := range []time.Duration{70 * time.Second, 150 * time.Second} {
			text := view(t, manyEvents(), after, size.Width, size.Height)
			fmt.Fprintf(&all, "--- after %s, %d x %d\n%s", after, size.Width, size.Height, text)
			require.LessOrEqual(t, strings.Count(text, "\n"), size.Height)
			require.Contains(t, text, "drills done", "what has ended is counted where want of room does not hide it")
		}
	}
	golden.Equal(t, "testdata/many/view.txt", []byte(all.String()))
}

func TestManyDrillsOnOnePage(t *testing.T) {
	m := manyModel()
	page := rendered(t, writeHTML, m)
	require.Less(t, len(page), 600_000, "the page must stay fast")
	require.Contains(t, page, "All 30 drills took 3 min 29 s, the longest (node-disk-pressure) 70.0 s; one after the other")
	require.Equal(t, 30, strings.Count(page, `<details class="drill`))
	require.Equal(t, 3, strings.Count(page, " open><summary><h3>"), "only those that failed are unfolded")
	require.Equal(t, 30, strings.Count(page, `class="inside" id="drill-`))
	require.Equal(t, 2, strings.Count(page, `<div class="limit">`))
	for _, text := range []string{"<b><span class=\"mark\">✗</span> 86 %</b>", "below the goal of 100 %", "! noise", "! flap", "! duplicate", "not quiet"} {
		require.Contains(t, page, text)
	}
	if *manyDir != "" {
		require.NoError(t, Write(*manyDir, m))
		o, err := Create(filepath.Join(*manyDir, "run"))
		require.NoError(t, err)
		for _, e := range manyEvents() {
			o.Sink()(e)
		}
		require.NoError(t, o.Close())
	}
}

func TestManyDrillsForPrograms(t *testing.T) {
	m := manyModel()
	require.NoError(t, compiled(t).Validate(decoded(t, m)))
	s := Summarize(m)
	for _, d := range s.Drills {
		require.False(t, isQuiet(d.Name), "quiet is no drill")
	}
	rules := map[string]RuleSummary{}
	for _, r := range s.Coverage.Rules {
		rules[r.Rule] = r
	}
	twice := rules["WebsiteDown"]
	require.Equal(t, []string{"alertmanager-restarts-while-firing", "website-down"}, twice.Drills)
	require.Len(t, twice.Ways, 4, "two ways of two drills")
	require.Equal(t, "inbox", *rules["HeartbeatMissing"].By)
	require.Empty(t, rules["Watchdog"].Ways)

	junit := rendered(t, writeJUnit, m)
	require.Contains(t, junit, `<testcase name="grafana" classname="firedrill.drill.website-down"`)
	require.Contains(t, junit, "duplicate: firing")
}

func TestTheJobsPageIsBounded(t *testing.T) {
	m := &Model{}
	for n := range 500 {
		state, message := event.Passed, ""
		if n%5 == 0 {
			state, message = event.Failed, strings.Repeat("late ", 5000)
		}
		name := fmt.Sprintf("drill-%03d", n)
		m.Add(event.Event{Step: stepDrill, Item: name, State: state, Message: message, Result: &Drill{Rule: "R", Ways: []Way{{Way: "prometheus"}}}})
	}
	text := jobSummary(m)
	require.Less(t, len(text), 200_000)
	require.Contains(t, text, "340 drills more passed.")
	require.Contains(t, text, "drill-495", "one that failed is never left out")
	require.Contains(t, text, "80 failures more in report.html.")
}

func manyModel() *Model {
	rec := newRecorder()
	for _, e := range manyEvents() {
		rec.Sink()(e)
	}
	return rec.Model()
}

// wave is a curve for a graph: it goes from low to high between two times.
func wave(from time.Time, seconds int, low, high float64, start, end int) []Sample {
	var list []Sample
	for n := range seconds {
		v := low
		if n >= start && n < end {
			v = high - (high-low)*math.Exp(-float64(n-start)/3)
		}
		list = append(list, NewSample(from.Add(time.Duration(n)*time.Second), v+low*0.05*math.Sin(float64(n))))
	}
	return list
}

// Twenty rounds of thirty drills must still be a page that opens.
func TestRepeatedDrillsLeaveDetailsOut(t *testing.T) {
	m := &Model{}
	for round := range 20 {
		for i, d := range many {
			m.Add(event.Event{Step: stepDrill, Item: fmt.Sprintf("%s (%d of 20)", d.name, round+1), State: event.Passed, Time: manyStart, Result: manyDrill(i)})
		}
	}
	page := rendered(t, writeHTML, m)
	require.Equal(t, maxDetailed, strings.Count(page, `<details class="drill`))
	require.Contains(t, page, "And 500 more that passed")
	require.Equal(t, 2, strings.Count(page, `<div class="limit">`))
	require.Less(t, len(page), 2_500_000)
}
