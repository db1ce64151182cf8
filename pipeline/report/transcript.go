package report

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"firedrill/pipeline/event"
)

// transcript is what an event adds to the terminal's lasting record: a line
// for each step that ended, and failures in full as soon as they happen.
func transcript(m *Model, e event.Event, p palette, width int) string {
	if e.State == event.Progress {
		return ""
	}
	w, parts := m.work(e.Step, e.Item)
	switch {
	case e.Step == stepRun && e.Item == "":
		return runTranscript(m, e, p, width)
	case !e.State.Ended():
		return ""
	case e.Item != "":
		if w.Status != Failed {
			return ""
		}
		head := fmt.Sprintf("  %s %s  %s", p.mark(w.Status), p.bold.Render(e.Step+": "+cleanLine(e.Item)), p.dim.Render(span(w.Seconds)))
		return head + block(problem(w, nil), width)
	}
	note := tally(w)
	if w.Status == Skipped {
		note = cleanLine(w.Message)
	}
	head := strings.TrimRight(fmt.Sprintf("  %s %-11s%12s  %s", p.mark(w.Status), cleanLine(w.Name), stepTime(w), p.dim.Render(note)), " ")
	return head + block(problem(w, parts), width)
}

func stepTime(w *Work) string {
	if w.Status == Skipped {
		return ""
	}
	return span(w.Seconds)
}

func runTranscript(m *Model, e event.Event, p palette, width int) string {
	if e.State == event.Started {
		return p.bold.Render("firedrill") + " " + cleanLine(m.info().Name)
	}
	text := fmt.Sprintf("%s %s  %s", p.mark(m.Run.Status), p.bold.Render(cleanLine(m.Verdict())), p.dim.Render(span(m.Run.Seconds)))
	table := alarmTable(m, max(width-4, 20))
	if table != "" {
		table = "\n  " + indent(table, "  ") + "\n"
	}
	return table + "\n  " + indent(ansi.Wrap(text, max(width-4, 10), ""), "    ") + block(problem(&m.Run, allParts(m)), width)
}

// block sets a message of any number of lines under its headline.
func block(text string, width int) string {
	if text == "" {
		return ""
	}
	const margin = "    │ "
	return "\n" + margin + indent(ansi.Wrap(text, max(width-len([]rune(margin)), 10), ""), margin)
}
