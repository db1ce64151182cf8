package report

import (
	"fmt"
	"html"
	"strings"
)

// jobSummary is the Markdown that GitHub shows on the page of a job.
func jobSummary(m *Model) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s %s\n\n", m.Run.Status.Mark(), cell(m.Verdict()))
	b.WriteString("| | Step | Time | |\n|---|---|---:|---|\n")
	for _, s := range m.Steps {
		note := tally(s)
		if s.Status == Skipped {
			note = s.Message
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", s.Status.Mark(), cell(s.Name), took(s), cell(note))
	}
	if list := outcomes[Drill](m, stepDrill); len(list) > 0 {
		b.WriteString("\n| | Drill | Rule | Fault to firing | Fault to notification | Floor | Repair to resolved |\n|---|---|---|---:|---:|---:|---:|\n")
		for _, o := range list {
			l := o.Result.Seconds
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", o.Status.Mark(), cell(o.Name), cell(o.Result.Rule),
				seconds(l.FaultToFiring), seconds(l.FaultToNotification), seconds(o.Result.FloorSeconds), seconds(l.RepairToResolved))
		}
	}
	for _, f := range failures(m) {
		fmt.Fprintf(&b, "\n**%s**\n\n<pre>%s</pre>\n", cell(f.Title), html.EscapeString(strings.ReplaceAll(f.Message, "\n\n", "\n \n")))
	}
	b.WriteString("\n")
	return b.String()
}

// cell makes text fit for one cell of a table: no markup, no line ends.
func cell(text string) string {
	text = html.EscapeString(cleanLine(text))
	for _, special := range []string{"|", "`", "*", "_", "[", "\\"} {
		text = strings.ReplaceAll(text, special, fmt.Sprintf("&#%d;", special[0]))
	}
	return text
}

// took is the time of ended work, a dash for work that was not done.
func took(w *Work) string { return seconds(w.took()) }

// seconds is a measured time, or a dash where there is none.
func seconds(s *float64) string {
	if s == nil {
		return "–"
	}
	return span(*s)
}

// Mark is one character for a status. It says by its shape what colour says
// too, so that it is understood without colour.
func (s Status) Mark() string {
	switch s {
	case Passed:
		return "✓"
	case Failed:
		return "✗"
	case Skipped:
		return "–"
	}
	return "…"
}
