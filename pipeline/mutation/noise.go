package mutation

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// noise says which drill the mutant would have failed by an alarm that nobody
// announced, or that it would have kept all from being held; "" for none. What
// the rule itself fired at the same time is not the mutant's doing.
func noise(m Mutant, held []Held, recorded Recorded) string {
	if len(held) == 0 {
		return ""
	}
	first := slices.MinFunc(held, func(a, b Held) int { return a.Began.Compare(b.Began) }).Began
	for _, s := range recorded.Series {
		if s.Mutant != m.Name {
			continue
		}
		own := recorded.of(m.Rule, s.Labels)
		for _, span := range s.Spans {
			if because := span.noise(m.Rule, s.Labels, own, held, first); because != "" {
				return because
			}
		}
	}
	return ""
}

// noise looks at every step of the span.
func (s Span) noise(rule string, labels map[string]string, own []Span, held []Held, first time.Time) string {
	for at := s.From; !at.After(s.To); at = at.Add(Step) {
		if slices.ContainsFunc(own, func(o Span) bool { return o.near(at) }) {
			continue
		}
		if at.Before(first) {
			if at.After(first.Add(-quietBefore)) {
				return "it fired before the first drill, when all was to be quiet: " + labelled(rule, labels)
			}
			continue
		}
		if drill := disturbed(rule, labels, held, at); drill != "" {
			return fmt.Sprintf("%s: it fired unannounced: %s", drill, labelled(rule, labels))
		}
	}
	return ""
}

// disturbed is a drill that the alarm would have failed at that time: of those to
// blame for it one that passed, while none that ran has announced it.
func disturbed(rule string, labels map[string]string, held []Held, at time.Time) string {
	running := slices.DeleteFunc(slices.Clone(held), func(h Held) bool { return at.Before(h.Began) || at.After(h.Ended) })
	if slices.ContainsFunc(running, func(h Held) bool { return h.announces(rule, labels) }) {
		return ""
	}
	there := func(h Held) bool { return slices.Contains(h.Namespaces, labels["namespace"]) }
	if slices.ContainsFunc(running, there) {
		running = slices.DeleteFunc(running, func(h Held) bool { return !there(h) })
	}
	if i := slices.IndexFunc(running, func(h Held) bool { return h.Passed }); i >= 0 {
		return running[i].Drill
	}
	return ""
}

// of is when the rule itself fired with the labels of a mutant's alarm.
func (r Recorded) of(rule string, labels map[string]string) []Span {
	var spans []Span
	for _, s := range r.Series {
		if s.Mutant == "" && s.Labels["alertname"] == rule && labelled(rule, s.Labels) == labelled(rule, labels) {
			spans = append(spans, s.Spans...)
		}
	}
	return spans
}

// near tells whether the span includes the time, or nearly so.
func (s Span) near(at time.Time) bool {
	return !at.Before(s.From.Add(-gap)) && !at.After(s.To.Add(gap))
}

// labelled is an alarm as Prometheus writes it, but for what tells a mutant from
// its rule.
func labelled(rule string, labels map[string]string) string {
	var pairs []string
	for name, value := range labels {
		switch name {
		case "__name__", "alertname", "alertstate", Label:
		default:
			pairs = append(pairs, fmt.Sprintf("%s=%q", name, value))
		}
	}
	slices.Sort(pairs)
	return rule + "{" + strings.Join(pairs, ", ") + "}"
}
