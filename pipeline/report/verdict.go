package report

import "fmt"

// Verdict is the run in one sentence.
func (m *Model) Verdict() string {
	proof := m.proof()
	switch m.Run.Status {
	case Passed:
		return proof + "."
	case Failed:
		if step := m.first(Failed); step != nil && step.Name != stepDrill {
			return fmt.Sprintf("%s: %s failed after %s.", proof, step.Name, span(step.Seconds))
		}
		return proof + ": " + m.failedDrills() + "."
	case Skipped:
		return "Nothing was done: " + firstLine(m.Run.Message) + "."
	}
	where := ""
	if step := m.first(Unfinished); step != nil {
		where = " during " + step.Name
	}
	return fmt.Sprintf("Ended%s, %s after its start, without finishing.", where, span(m.Run.elapsed(m.Last)))
}

// proof says how many alarms went all the way, and of the slowest how long
// that took.
func (m *Model) proof() string {
	all := outcomes[Drill](m, stepDrill)
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
	if m.Run.Status != Passed || slowest.Result.Seconds.FaultToNotification == nil {
		return text
	}
	return text + ": " + journey(slowest.Result, len(proven) > 1)
}

func journey(d Drill, amongOthers bool) string {
	name := d.Rule
	if amongOthers {
		name = "the slowest, " + name + ","
	}
	text := fmt.Sprintf("%s reached %s %s after the fault", name, receiver(d), span(notified(d)))
	if d.Seconds.RepairToResolved != nil {
		text += fmt.Sprintf(" and ended %s after the repair", span(*d.Seconds.RepairToResolved))
	}
	return text
}

func notified(d Drill) float64 {
	if d.Seconds.FaultToNotification == nil {
		return 0
	}
	return *d.Seconds.FaultToNotification
}

// receiver is inbox unless the notification says more.
func receiver(d Drill) string {
	if d.Notification != nil && d.Notification.Channel != "" {
		return "inbox by " + d.Notification.Channel
	}
	return "inbox"
}

func (m *Model) failedDrills() string {
	step := m.Step(stepDrill)
	if step == nil || step.count(Failed) == 0 {
		return "the run failed"
	}
	if n := step.count(Failed); n > 1 {
		return fmt.Sprintf("%d drills failed", n)
	}
	for _, item := range step.Items {
		if item.Status == Failed {
			return "drill " + item.Name + " failed"
		}
	}
	return ""
}

func (m *Model) first(s Status) *Work {
	for _, step := range m.Steps {
		if step.Status == s {
			return step
		}
	}
	return nil
}
