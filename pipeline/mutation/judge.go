package mutation

import (
	"fmt"
	"slices"
	"time"
)

// Step is the resolution at which alarms are to be read.
const Step = time.Second

// gap is how long an alarm must be missing to have ended: single looks may fail.
const gap = 3 * Step

// quietBefore is how long before the first drill nothing may have fired.
const quietBefore = 10 * time.Second

// Held is a drill that was held.
type Held struct {
	Alarm
	Drill string `json:"drill"`
	// Also are the alarms that the drill announces besides its own.
	Also []Alarm `json:"also"`
	// Namespaces are those in which alarms are the drill's doing.
	Namespaces []string `json:"namespaces"`
	Passed     bool     `json:"passed"`
	// Began and Ended are of the whole drill; Fault and Repair are null where it
	// did not come so far.
	Began  time.Time  `json:"began"`
	Ended  time.Time  `json:"ended"`
	Fault  *time.Time `json:"fault"`
	Repair *time.Time `json:"repair"`
	// AlarmWithin is since the fault, EndWithin since the repair.
	AlarmWithin time.Duration `json:"alarmWithin"`
	EndWithin   time.Duration `json:"endWithin"`
}

// Alarm is what is announced: any of the rule that has these labels.
type Alarm struct {
	Rule   string            `json:"rule"`
	Labels map[string]string `json:"labels"`
}

func (a Alarm) is(rule string, labels map[string]string) bool {
	return a.Rule == rule && carries(labels, a.Labels)
}

func carries(labels, wanted map[string]string) bool {
	for name, value := range wanted {
		if labels[name] != value {
			return false
		}
	}
	return true
}

// announces tells whether the drill expects an alarm of the rule with the labels.
func (h Held) announces(rule string, labels map[string]string) bool {
	return h.is(rule, labels) || slices.ContainsFunc(h.Also, func(a Alarm) bool { return a.is(rule, labels) })
}

// proves tells whether the drill says something of the rule: it passed, so what
// would have failed it with a mutant is the mutant's doing.
func (h Held) proves(rule string) bool {
	return h.Rule == rule && h.Passed && h.Fault != nil && h.Repair != nil
}

// died says by which of the drills, and why, the mutant is dead; "" if all of
// them would have passed.
func died(m Mutant, held []Held, recorded Recorded) string {
	for _, h := range held {
		if !h.proves(m.Rule) {
			continue
		}
		if because := h.kills(firing(m, h, recorded)); because != "" {
			return fmt.Sprintf("%s: %s", h.Drill, because)
		}
	}
	return noise(m, held, recorded)
}

// firing is when an alarm of the mutant with the drill's labels fired.
func firing(m Mutant, h Held, recorded Recorded) []Span {
	var spans []Span
	for _, s := range recorded.Series {
		if s.Mutant == m.Name && carries(s.Labels, h.Labels) {
			spans = append(spans, s.Spans...)
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.From.Compare(b.From) })
	var merged []Span
	for _, s := range spans {
		if i := len(merged) - 1; i >= 0 && s.From.Sub(merged[i].To) <= gap {
			if s.To.After(merged[i].To) {
				merged[i].To = s.To
			}
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// kills says what would have failed the drill, in the order in which it looks.
func (h Held) kills(spans []Span) string {
	if slices.ContainsFunc(spans, func(s Span) bool { return s.From.Before(*h.Fault) && s.To.Add(gap).After(*h.Fault) }) {
		return "it fired already when the fault was to be set"
	}
	i := slices.IndexFunc(spans, func(s Span) bool { return !s.From.Before(*h.Fault) })
	if i < 0 || spans[i].From.Sub(*h.Fault) > h.AlarmWithin {
		return fmt.Sprintf("it did not fire within %s of the fault", h.AlarmWithin)
	}
	end := spans[i].To
	switch {
	case end.Add(gap).Before(*h.Repair):
		return "it ended before the repair"
	case end.Sub(*h.Repair) > h.EndWithin:
		return fmt.Sprintf("it did not end within %s of the repair", h.EndWithin)
	case i+1 < len(spans) && spans[i+1].From.Before(h.Ended):
		return "it fired again after its end"
	}
	return ""
}

// Needed is until when alarms must have been recorded to judge the drills:
// whoever fires on after the last moment to end is seen a little later.
func Needed(held []Held) time.Time {
	var last time.Time
	for _, h := range held {
		if !h.proves(h.Rule) {
			continue
		}
		if end := h.Repair.Add(h.EndWithin + gap); end.After(last) {
			last = end
		}
	}
	return last
}
