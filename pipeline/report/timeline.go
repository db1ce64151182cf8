package report

import (
	"fmt"
	"math"
)

// timeline is the steps and their items as bars over the time of the run.
type timeline struct {
	Rows  []timelineRow
	Ticks []timelineTick
}

// timelineRow is one bar. Left and Width are percent of the run's time.
type timelineRow struct {
	*Work
	Step        bool
	Left, Width float64
	Time        string
	// Reason is why it was skipped, written beside the place where its bar
	// would start: before it if that is in the right half.
	Reason string
	Before bool
	Right  float64
}

type timelineTick struct {
	Left  float64
	Label string
}

// newTimeline leaves out items too short to be seen, and drills that are shown
// beside each other anyway; their step counts them.
func newTimeline(m *Model) timeline {
	total := m.Last.Sub(m.Run.Started).Seconds()
	if total <= 0 {
		return timeline{}
	}
	t := timeline{Ticks: timelineTicks(total)}
	for _, s := range m.Steps {
		t.Rows = append(t.Rows, newRow(m, s, true, total))
		if s.Name == stepDrill && newSideBySide(m) != nil {
			continue
		}
		for _, item := range s.Items {
			if row := newRow(m, item, false, total); row.Width >= 0.4 || item.Status == Failed {
				t.Rows = append(t.Rows, row)
			}
		}
	}
	return t
}

func newRow(m *Model, w *Work, step bool, total float64) timelineRow {
	start := w.Started.Sub(m.Run.Started).Seconds()
	left := percent(start, total)
	row := timelineRow{
		Work: w, Step: step, Left: left,
		Width: min(percent(w.elapsed(m.Last), total), 100-left),
		Time:  span(w.elapsed(m.Last)),
	}
	if w.Status == Skipped {
		row.Time, row.Reason = "skipped", cleanLine(w.Message)
		row.Before, row.Right = left > 50, round2(100-left)
	}
	return row
}

func percent(part, total float64) float64 {
	return round2(100 * max(0, min(part/total, 1)))
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }

func timelineTicks(total float64) []timelineTick {
	var ticks []timelineTick
	step := timeStep(total, 6)
	for at := 0.0; at <= total; at += step {
		ticks = append(ticks, timelineTick{percent(at, total), tickLabel(at, step)})
	}
	return ticks
}

// timeStep is the distance of at most n marks on an axis of that many
// seconds, in numbers by which people divide minutes and hours.
func timeStep(total float64, n int) float64 {
	for _, step := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600} {
		if total/step <= float64(n) {
			return step
		}
	}
	return math.Ceil(total/float64(n)/3600) * 3600
}

func tickLabel(at, step float64) string {
	switch {
	case step < 1:
		return fmt.Sprintf("%.1f s", at)
	case step < 60 && at < 60:
		return fmt.Sprintf("%.0f s", at)
	}
	return clock(at)
}
