package report

import (
	"fmt"
	"strings"
)

// maxAlarms is how many drills that passed the page of a job lists.
const maxAlarms = 60

// alarmMarkdown is the table of alarms for the page of a job: those that failed
// are all in it.
func alarmMarkdown(m *Model) string {
	alarms := newAlarms(m)
	var b strings.Builder
	if len(alarms) > 0 {
		b.WriteString(alarmRowsMarkdown(alarms))
	}
	for _, text := range alarmLines(m) {
		fmt.Fprintf(&b, "\n%s\n", cell(text))
	}
	for _, a := range alarms {
		for i, s := range a.Result.besides() {
			if i == 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "- %s: %s: %s\n", cell(a.Name), s.Kind, cell(cut(s.Text)))
		}
	}
	return b.String()
}

func alarmRowsMarkdown(alarms []alarm) string {
	var b strings.Builder
	b.WriteString("\n| | Rule | Drill | Way | Notified | Floor | Ratio | Resolved |\n|---|---|---|---|---:|---:|---:|---:|\n")
	left := 0
	for i, a := range alarms {
		if a.Status == Passed && i >= maxAlarms {
			left++
			continue
		}
		b.WriteString(a.markdown())
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s more passed.\n", plural(left, "drill"))
	}
	fmt.Fprintf(&b, "\n<sub>%s</sub>\n", alarmNote)
	return b.String()
}

// markdown is a row for each way, the first of which names the drill.
func (a alarm) markdown() string {
	var b strings.Builder
	mark, rule, drill := a.Status.Mark(), cell(a.Result.Rule), cell(a.Name)
	for _, w := range a.Ways {
		way := cell(strings.TrimSpace(w.Mark + " " + w.Way))
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", mark, rule, drill, way, w.Notified, w.Floor, w.Ratio, w.Resolved)
		mark, rule, drill = "", "", ""
	}
	return b.String()
}
