package report

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict is the run in one sentence, with one more of what got slower.
func (m *Model) Verdict() string {
	var names []string
	for _, s := range slower(m) {
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return m.verdict()
	}
	return m.verdict() + " Slower than before: " + strings.Join(names, ", ") + "."
}

func (m *Model) verdict() string {
	proof := m.proof()
	switch m.Run.Status {
	case Passed:
		return proof + "."
	case Failed:
		return proof + ": " + m.failure() + "."
	case Skipped:
		return "Nothing was done: " + firstLine(m.Run.Message) + "."
	}
	where := ""
	if step := m.first(Unfinished); step != nil {
		where = " during " + step.Name
	}
	return fmt.Sprintf("Ended%s, %s after its start, without finishing.", where, span(m.Run.elapsed(m.Last)))
}

// failure is what made the run fail.
func (m *Model) failure() string {
	step := m.first(Failed)
	switch {
	case step == nil || step.Name == stepDrill:
		return m.failedDrills()
	case step.Name == stepDrift:
		return "the second deployment is not as the first"
	}
	return fmt.Sprintf("%s failed after %s", step.Name, span(step.Seconds))
}

// proof says how many alarms went all the way, and of the slowest how long
// that took.
func (m *Model) proof() string {
	// A drill that nobody must notice proves no alarm.
	all := slices.DeleteFunc(heldDrills(m), func(o outcome[Drill]) bool { return o.Result.Visits != nil && o.Result.Rule == "" })
	var proven []outcome[Drill]
	for _, o := range all {
		if o.Status == Passed {
			proven = append(proven, o)
		}
	}
	switch {
	case len(all) == 0 && m.Run.Status == Passed:
		return "Passed, with no alarm drilled"
	case len(proven) == 0:
		return "No alarm proven"
	}
	text := fmt.Sprintf("%s of %d proven", plural(len(proven), "alarm"), len(all))
	slowest := proven[0]
	for _, o := range proven[1:] {
		if notified(o.Result) > notified(slowest.Result) {
			slowest = o
		}
	}
	if m.Run.Status != Passed || notified(slowest.Result) == 0 {
		return text
	}
	return text + ": " + journey(slowest.Result, len(proven) > 1)
}

// journey tells of each way how long it took: "A reached inbox 6.3 s
// (prometheus) and 11.2 s (grafana) after the fault".
func journey(d Drill, amongOthers bool) string {
	name := d.Rule
	if amongOthers {
		name = "the slowest, " + name + ","
	}
	text := fmt.Sprintf("%s reached inbox %s after the fault", name,
		ways(d, func(l Latencies) *float64 { return l.FaultToNotification }))
	if ended := ways(d, func(l Latencies) *float64 { return l.RepairToResolved }); ended != "" {
		text += fmt.Sprintf(" and ended %s after the repair", ended)
	}
	return text
}

// ways lists a latency of all ways, by the name of the way if there are more.
func ways(d Drill, of func(Latencies) *float64) string {
	var list []string
	for _, w := range d.Ways {
		switch s := of(w.Seconds); {
		case s == nil:
		case len(d.Ways) == 1:
			list = append(list, span(*s))
		default:
			list = append(list, fmt.Sprintf("%s (%s)", span(*s), w.Way))
		}
	}
	return strings.Join(list, " and ")
}

// notified is how long the slowest way took.
func notified(d Drill) float64 {
	slowest := 0.0
	for _, w := range d.Ways {
		slowest = max(slowest, value(w.Seconds.FaultToNotification))
	}
	return slowest
}

func (m *Model) failedDrills() string {
	step := m.Step(stepDrill)
	if step == nil || step.count(Failed) == 0 {
		return "the run failed"
	}
	var parts []string
	var names []string
	for _, item := range step.Items {
		switch {
		case item.Status != Failed:
		case item.Name == quietBefore:
			parts = append(parts, "it was not quiet before the drills")
		case item.Name == quietAfter:
			parts = append(parts, "it was not quiet after the drills")
		default:
			names = append(names, item.Name)
		}
	}
	switch {
	case len(names) == 1:
		parts = append([]string{"drill " + names[0] + " failed"}, parts...)
	case len(names) > 1:
		parts = append([]string{fmt.Sprintf("%d drills failed", len(names))}, parts...)
	}
	return strings.Join(parts, ", ")
}

func (m *Model) first(s Status) *Work {
	for _, step := range m.Steps {
		if step.Status == s {
			return step
		}
	}
	return nil
}
