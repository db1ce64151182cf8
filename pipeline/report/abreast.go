package report

import (
	"sort"
	"time"
)

// abreast is the drills over the time of their step: who was held beside whom.
type abreast struct {
	Note  string
	Rows  []abreastRow
	Ticks []timelineTick
}

// abreastRow is a drill, or a stretch of quiet. All numbers are percent of the
// time shown.
type abreastRow struct {
	*Work
	Quiet       bool
	Left, Width float64
	// BrokenLeft and BrokenWidth are the time between fault and repair.
	BrokenLeft, BrokenWidth float64
	// Notified are when each way had notified.
	Notified []abreastDot
	Time     string
}

type abreastDot struct {
	Left  float64
	Title string
}

// newAbreast is nil for fewer than two drills.
func newAbreast(m *Model) *abreast {
	all := newSideBySide(m)
	if all == nil {
		return nil
	}
	var list []outcome[Drill]
	var from, to time.Time
	for _, o := range outcomes[Drill](m, stepDrill) {
		began, ended, ok := heldSpan(o)
		if !ok {
			continue
		}
		if len(list) == 0 || began.Before(from) {
			from = began
		}
		if ended.After(to) {
			to = ended
		}
		list = append(list, o)
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, _, _ := heldSpan(list[i])
		b, _, _ := heldSpan(list[j])
		return a.Before(b)
	})
	total := max(to.Sub(from).Seconds(), 0.1)
	v := &abreast{Note: all.String(), Ticks: timelineTicks(total)}
	for _, o := range list {
		v.Rows = append(v.Rows, newAbreastRow(o, from, total))
	}
	return v
}

func newAbreastRow(o outcome[Drill], from time.Time, total float64) abreastRow {
	began, ended, _ := heldSpan(o)
	at := func(t time.Time) float64 { return percent(t.Sub(from).Seconds(), total) }
	row := abreastRow{
		Work: o.Work, Quiet: isQuiet(o.Name), Left: at(began), Time: span(ended.Sub(began).Seconds()),
		Width: round2(at(ended) - at(began)),
	}
	for _, w := range o.Result.Ways {
		if f := w.Times.Fault; f != nil && row.BrokenWidth == 0 {
			until := ended
			if w.Times.Repair != nil {
				until = *w.Times.Repair
			}
			row.BrokenLeft, row.BrokenWidth = at(*f), round2(at(until)-at(*f))
		}
		if n := w.Times.Receiver; n != nil {
			row.Notified = append(row.Notified, abreastDot{at(*n), w.Way + " notified after " + seconds(w.Seconds.FaultToNotification)})
		}
	}
	return row
}
