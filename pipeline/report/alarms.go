package report

import (
	"fmt"
	"slices"
	"sort"
)

// alarm is a drill in the table of alarms, which is for places that have room
// for little more: the terminal, a log, the page of a job.
type alarm struct {
	outcome[Drill]
	// Ways are a row each, at least one.
	Ways []alarmWay
}

// alarmWay is what a way took, in words.
type alarmWay struct {
	Mark, Way                        string
	Notified, Floor, Ratio, Resolved string
}

// newAlarms lists the drills by rule and name, those that failed last, without
// those that were not held.
func newAlarms(m *Model) []alarm {
	var list []alarm
	for _, o := range heldDrills(m) {
		if o.Status == Skipped {
			continue
		}
		a := alarm{outcome: o}
		for _, w := range o.Result.Ways {
			a.Ways = append(a.Ways, newAlarmWay(w))
		}
		if len(a.Ways) == 0 {
			a.Ways = []alarmWay{{Notified: "–", Floor: "–", Ratio: "–", Resolved: "–"}}
		}
		list = append(list, a)
	}
	sort.SliceStable(list, func(i, j int) bool {
		if a, b := list[i].Status == Failed, list[j].Status == Failed; a != b {
			return b
		}
		return list[i].Result.Rule < list[j].Result.Rule
	})
	return list
}

func newAlarmWay(w Way) alarmWay {
	a := alarmWay{
		Way: cleanLine(w.Way), Notified: shortSeconds(w.Seconds.FaultToNotification), Floor: shortSeconds(w.FloorSeconds),
		Ratio: ratio(w.Ratio), Resolved: shortSeconds(w.Seconds.RepairToResolved),
	}
	if w.Status == Failed {
		a.Mark = w.Status.Mark()
	}
	return a
}

// shortSeconds keeps to seconds, so that a column can be compared.
func shortSeconds(s *float64) string {
	if s == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f s", *s)
}

// ratio is such as "0.43", or a dash where nothing was measured.
func ratio(r *float64) string {
	if r == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f", *r)
}

const alarmNote = "notified: after the fault; floor: what the configured intervals may take until then; ratio: notified ÷ floor; resolved: after the repair"

// reasons are why the drill failed, each in full and once.
func (a alarm) reasons() []string {
	if a.Status != Failed {
		return nil
	}
	if text := problem(a.Work, nil); text != "" {
		return []string{text}
	}
	var list []string
	for _, w := range a.Result.Ways {
		if w.Error != "" && !slices.Contains(list, clean(w.Error)) {
			list = append(list, clean(w.Error))
		}
	}
	return list
}

// alarmLines are what is said below the table: what was not held, how long all
// drills took together, and how much of what is shipped was seen.
func alarmLines(m *Model) []string {
	list := append(notHeld(m), visitLines(m)...)
	if s := newSideBySide(m); s != nil {
		list = append(list, s.String())
	}
	if c := m.coverage(); c.Alerts != nil {
		list = append(list, c.Alerts.String()+unseen(c.Rules))
		list = append(list, c.Slow...)
	}
	return list
}

// notHeld counts the drills that were skipped, by the reason.
func notHeld(m *Model) []string {
	count := map[string]int{}
	for _, o := range heldDrills(m) {
		if o.Status == Skipped {
			count[cleanLine(o.Message)]++
		}
	}
	var list []string
	for reason, n := range count {
		list = append(list, fmt.Sprintf("%s not held: %s", plural(n, "drill"), reason))
	}
	sort.Strings(list)
	return list
}
