package report

import (
	"fmt"
	"strings"
	"time"
)

// sideBySide compares the time that all drills took together with what they
// would have taken one after the other.
type sideBySide struct {
	Count          int
	Seconds        float64
	Longest        string
	LongestSeconds float64
	Sum            float64
}

// newSideBySide is nil for fewer than two drills.
func newSideBySide(m *Model) *sideBySide {
	var s sideBySide
	var from, to time.Time
	for _, o := range heldDrills(m) {
		began, ended, ok := heldSpan(o)
		if !ok {
			continue
		}
		if s.Count == 0 || began.Before(from) {
			from = began
		}
		if ended.After(to) {
			to = ended
		}
		took := ended.Sub(began).Seconds()
		if took > s.LongestSeconds {
			s.Longest, s.LongestSeconds = o.Name, took
		}
		s.Count++
		s.Sum += took
	}
	if s.Count < 2 {
		return nil
	}
	s.Seconds = to.Sub(from).Seconds()
	return &s
}

// String says it in one sentence.
func (s *sideBySide) String() string {
	return fmt.Sprintf("All %d drills took %s, the longest (%s) %s; one after the other they would have taken %s.",
		s.Count, span(s.Seconds), cleanLine(s.Longest), span(s.LongestSeconds), span(s.Sum))
}

// heldSpan is when a drill's own work began and ended. One that does not say so
// was at work from its first to its last event.
func heldSpan(o outcome[Drill]) (began, ended time.Time, ok bool) {
	if r := o.Result; r.Began != nil && r.Ended != nil {
		return *r.Began, *r.Ended, true
	}
	return o.Started, o.Ended, !o.Ended.IsZero()
}

// unseen names the rules that no drill has proven, empty if there is none.
func unseen(rules []RuleSummary) string {
	var names []string
	for _, r := range rules {
		if !r.Proven() {
			names = append(names, cleanLine(r.Rule))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; not seen: " + strings.Join(names, ", ")
}
