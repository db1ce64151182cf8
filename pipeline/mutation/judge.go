package mutation

import (
	"fmt"
	"slices"
	"time"
)

// Step is the resolution at which the mutants' alarms are to be read.
const Step = time.Second

// gap is how long an alarm must be missing to have ended: a recorded series may
// lack single points.
const gap = 3 * Step

// Held is a drill of a rule that passed.
type Held struct {
	Drill, Rule string
	// Labels are those that the alarm must carry.
	Labels map[string]string
	// Began is the start of the quiet before the fault.
	Began, Fault, Repair time.Time
	// AlarmWithin is since the fault, EndWithin since the repair.
	AlarmWithin, EndWithin time.Duration
}

// Series is an alarm of a mutant while it fired.
type Series struct {
	Mutant string
	Labels map[string]string
	Times  []time.Time
}

// Recorded is what Prometheus has recorded of all mutants.
type Recorded struct {
	Series []Series
	// Until is the end of what was read.
	Until time.Time
}

// Query asks for all of it.
const Query = `ALERTS{` + Label + `!="", alertstate="firing"}`

// died says by which of the drills, and why, the mutant is dead; "" if all of
// them would have passed.
func died(m Mutant, held []Held, recorded Recorded) string {
	for _, h := range held {
		if h.Rule != m.Rule {
			continue
		}
		if because := h.kills(firing(m, h, recorded)); because != "" {
			return fmt.Sprintf("%s: %s", h.Drill, because)
		}
	}
	return ""
}

// firing is when an alarm of the mutant with the drill's labels fired.
func firing(m Mutant, h Held, recorded Recorded) []time.Time {
	var times []time.Time
	for _, s := range recorded.Series {
		if s.Mutant == m.Name && carries(s.Labels, h.Labels) {
			times = append(times, s.Times...)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

func carries(labels, wanted map[string]string) bool {
	for name, value := range wanted {
		if labels[name] != value {
			return false
		}
	}
	return true
}

// kills says what would have failed the drill, in the order in which it looks.
func (h Held) kills(times []time.Time) string {
	if slices.ContainsFunc(times, func(t time.Time) bool { return !t.Before(h.Began) && t.Before(h.Fault) }) {
		return "it fired in the quiet before the fault"
	}
	i := slices.IndexFunc(times, func(t time.Time) bool { return !t.Before(h.Fault) })
	if i < 0 || times[i].Sub(h.Fault) > h.AlarmWithin {
		return fmt.Sprintf("it did not fire within %s of the fault", h.AlarmWithin)
	}
	end := times[i]
	for _, t := range times[i:] {
		if t.Sub(end) > gap {
			break
		}
		end = t
	}
	switch {
	case end.Add(gap).Before(h.Repair):
		return "it ended before the repair"
	case end.Sub(h.Repair) > h.EndWithin:
		return fmt.Sprintf("it did not end within %s of the repair", h.EndWithin)
	}
	return ""
}

// Needed is until when Prometheus must have recorded to judge the drills: whoever
// fires on after the last moment to end is seen a little later.
func Needed(held []Held) time.Time {
	var last time.Time
	for _, h := range held {
		if end := h.Repair.Add(h.EndWithin + gap); end.After(last) {
			last = end
		}
	}
	return last
}
