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
	b.WriteString(alarmMarkdown(m))
	b.WriteString(coverageMarkdown(m))
	b.WriteString(failuresMarkdown(failures(m)))
	b.WriteString("\n")
	return b.String()
}

// GitHub drops a summary of more than 1 MiB, and nobody reads one that long.
const (
	maxFailures      = 20
	maxFailureLength = 6000
)

// failuresMarkdown tells the first failures, each as far as there is room.
func failuresMarkdown(list []failure) string {
	var b strings.Builder
	for _, f := range list[:min(len(list), maxFailures)] {
		text := f.Message
		if letters := []rune(text); len(letters) > maxFailureLength {
			text = string(letters[:maxFailureLength]) + "…"
		}
		fmt.Fprintf(&b, "\n**%s**\n\n<pre>%s</pre>\n", cell(f.Title), html.EscapeString(strings.ReplaceAll(text, "\n\n", "\n \n")))
	}
	if more := len(list) - maxFailures; more > 0 {
		fmt.Fprintf(&b, "\n%s more in report.html.\n", plural(more, "failure"))
	}
	return b.String()
}

// coverageMarkdown names the panels that show nothing though they should, and
// counts the others.
func coverageMarkdown(m *Model) string {
	c := m.coverage()
	var b strings.Builder
	if c.Links != nil {
		fmt.Fprintf(&b, "\n%d of %s lead somewhere.\n", c.Links.OK, plural(c.Links.Total, "link"))
	}
	if c.Panels != nil {
		fmt.Fprintf(&b, "\n%s: %s.\n", plural(c.Panels.Dashboards, "dashboard"), c.Panels.String())
		for _, p := range c.Panels.Lacking {
			fmt.Fprintf(&b, "- %s › %s: %s\n", cell(p.Dashboard), cell(p.Panel), cell(strings.TrimSuffix(string(p.Outcome)+": "+p.Reason, ": ")))
		}
	}
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
