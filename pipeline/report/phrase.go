package report

import (
	"fmt"
	"strings"
)

// headline says in a few words how work ended: "built (42.1 s)".
func headline(w *Work) string {
	switch w.Status {
	case Failed:
		return "FAILED (" + span(w.Seconds) + ")"
	case Skipped:
		return "skipped: " + cleanLine(w.Message)
	}
	if c, ok := w.Result.(*Check); ok {
		return cleanLine(strings.TrimSuffix(c.Found+"; "+c.Fix, "; "))
	}
	return cleanLine(achieved(w)) + " (" + span(w.Seconds) + ")"
}

// achieved says what passed work has done, as exactly as its result knows.
func achieved(w *Work) string {
	switch r := w.Result.(type) {
	case *Image:
		if r.Source != "" {
			return r.Source
		}
	case *Release:
		if r.Later {
			return "installed, ready later"
		}
		return "ready"
	case *Drill:
		return drillAchieved(r)
	case *Dashboard:
		return panelNote(r.Panels)
	case *Address:
		return fmt.Sprintf("%s, good for %.1f days", r.Protocol, r.DaysLeft)
	case *LogProof:
		return "found after " + span(r.Seconds)
	}
	return "done"
}

func drillAchieved(d *Drill) string {
	var ways []string
	for _, w := range d.Ways {
		if text := wayAchieved(w); text != "" {
			ways = append(ways, w.Way+": "+text)
		}
	}
	if len(ways) == 0 {
		return "proven"
	}
	return strings.Join(ways, "; ")
}

func wayAchieved(w Way) string {
	var parts []string
	for _, p := range []struct {
		format  string
		seconds *float64
	}{
		{"fired %s after the fault", w.Seconds.FaultToFiring},
		{"notified after %s", w.Seconds.FaultToNotification},
		{"resolved %s after the repair", w.Seconds.RepairToResolved},
	} {
		if p.seconds != nil {
			parts = append(parts, fmt.Sprintf(p.format, span(*p.seconds)))
		}
	}
	return strings.Join(parts, ", ")
}

// tally counts the items of a step: "9 images", "1 of 9 images failed". What
// was not quiet before or after the drills is no drill and named besides.
func tally(step *Work) string {
	items := Work{}
	var unrest []string
	for _, item := range step.Items {
		switch {
		case step.Name != stepDrill || !isQuiet(item.Name):
			items.Items = append(items.Items, item)
		case item.Status == Failed:
			unrest = append(unrest, "not "+item.Name)
		}
	}
	parts := unrest
	if text := items.tally(step.Name); text != "" {
		parts = append([]string{text}, unrest...)
	}
	return strings.Join(parts, ", ")
}

func (w *Work) tally(step string) string {
	n := len(w.Items)
	failed, skipped := w.count(Failed), w.count(Skipped)
	text := fmt.Sprintf("%d %s", n, noun(step, n))
	switch {
	case n == 0 || !countable(step) && failed == 0:
		return ""
	case failed > 0:
		return fmt.Sprintf("%d of %s failed", failed, text)
	case skipped > 0:
		return fmt.Sprintf("%s, %d skipped", text, skipped)
	}
	return text
}

// stepHeadline says how a step ended: "done: 9 images (312.4 s)".
func stepHeadline(step *Work) string {
	what := tally(step)
	if step.Status == Skipped || what == "" {
		return headline(step)
	}
	word := "done"
	if step.Status == Failed {
		word = "FAILED"
	}
	if first, ok := step.Result.(*FirstCertificate); ok {
		what += ", " + first.String()
	}
	return fmt.Sprintf("%s: %s (%s)", word, what, span(step.Seconds))
}

// String is the share of each part, and when somebody was first shown one: "first
// certificate issued after 8.5 s: cert-manager 6.0 s, demo 2.5 s; first served after
// 10.0 s, at https://website/".
func (f FirstCertificate) String() string {
	var parts []string
	for _, p := range f.Parts {
		parts = append(parts, cleanLine(p.Release)+" "+span(p.Seconds))
	}
	text := fmt.Sprintf("first certificate issued after %s: %s", span(f.Seconds), strings.Join(parts, ", "))
	if f.Served != nil {
		text += fmt.Sprintf("; first served after %s, at %s", span(f.Served.Seconds), cleanLine(f.Served.URL))
	}
	return text
}

// problem is the message of failed work as far as those of its parts, which
// have been shown already, do not say the same.
func problem(w *Work, parts []*Work) string {
	if w.Status != Failed {
		return ""
	}
	for _, part := range parts {
		if part.Message != "" && strings.Contains(w.Message, part.Message) {
			return ""
		}
	}
	return strings.TrimSpace(clean(w.Message))
}

// work is what an event was about, and the parts that it consists of.
func (m *Model) work(step, item string) (w *Work, parts []*Work) {
	if step == stepRun && item == "" {
		return &m.Run, m.Steps
	}
	s := m.Step(step)
	if item == "" {
		return s, s.Items
	}
	return find(&s.Items, item), nil
}
