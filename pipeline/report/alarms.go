package report

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// alarms is a line for each drill and a column for each way, for places that
// have room for little more than that.
type alarms struct {
	Ways []string
	Rows []alarmRow
}

type alarmRow struct {
	*Work
	Rule string
	// Cells tell of each way when it notified and when it told of the end.
	Cells []string
}

func newAlarms(m *Model) alarms {
	var a alarms
	list := outcomes[Drill](m, stepDrill)
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	column := map[string]int{}
	for _, o := range list {
		for _, w := range o.Result.Ways {
			if _, ok := column[w.Way]; !ok {
				column[w.Way] = len(a.Ways)
				a.Ways = append(a.Ways, w.Way)
			}
		}
	}
	for _, o := range list {
		row := alarmRow{Work: o.Work, Rule: o.Result.Rule, Cells: make([]string, len(a.Ways))}
		for i := range row.Cells {
			row.Cells[i] = "–"
		}
		for _, w := range o.Result.Ways {
			row.Cells[column[w.Way]] = w.inShort()
		}
		a.Rows = append(a.Rows, row)
	}
	return a
}

// inShort is "6.3 s, 5.2 s": notified after the fault, resolved after the
// repair. A way that failed is marked.
func (w Way) inShort() string {
	text := seconds(w.Seconds.FaultToNotification) + ", " + seconds(w.Seconds.RepairToResolved)
	if w.Status == Failed {
		text = w.Status.Mark() + " " + text
	}
	return text
}

const alarmNote = "by each way: notified after the fault, resolved after the repair"

// alarmTable is the alarms as text in columns, empty without any.
func alarmTable(m *Model) string {
	a := newAlarms(m)
	if len(a.Ways) == 0 {
		return ""
	}
	rows := [][]string{append([]string{"", "drill", "rule"}, a.Ways...)}
	for _, r := range a.Rows {
		rows = append(rows, append([]string{r.Status.Mark(), r.Name, r.Rule}, r.Cells...))
	}
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			row[i] = cleanLine(text)
			width[i] = max(width[i], utf8.RuneCountInString(row[i]))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, text := range row {
			line += text + strings.Repeat(" ", width[i]-utf8.RuneCountInString(text)+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String() + fmt.Sprintf("   (%s)", alarmNote)
}
