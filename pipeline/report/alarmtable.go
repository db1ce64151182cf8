package report

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// alarmTable is the alarms as text in columns, and what is to be said of all
// of them; empty without any. Rule and
// drill stand beside each other where the width allows it, else one below the
// other; 0 is any width.
func alarmTable(m *Model, width int) string {
	var lines []string
	if alarms := newAlarms(m); len(alarms) > 0 {
		lines = alarmRows(alarms, width)
	}
	for _, text := range alarmLines(m) {
		lines = append(lines, margined("  ", text, width)...)
	}
	return strings.Join(lines, "\n")
}

func alarmRows(alarms []alarm, width int) []string {
	t := newTextTable(alarms)
	if width > 0 && t.wide() > width {
		t.stack(width)
	}
	lines := []string{t.head()}
	for _, a := range alarms {
		lines = append(lines, t.rows(a)...)
		reasons := a.reasons()
		for _, b := range a.Result.besides(reasons...) {
			lines = append(lines, margined("  ! ", b.Kind+": "+cleanLine(b.Text), width)...)
		}
		for _, reason := range reasons {
			lines = append(lines, margined("  │ ", reason, width)...)
		}
	}
	return append(lines, margined("  ", "("+alarmNote+")", width)...)
}

// margined wraps text and sets each of its lines behind a margin.
func margined(margin, text string, width int) []string {
	if width > 0 {
		text = ansi.Wrap(text, max(width-ansi.StringWidth(margin), 10), "")
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(margin+lines[i], " ")
	}
	return lines
}

// textTable knows the widths of the columns. Stacked, the rule stands above its
// drill and both share a column.
type textTable struct {
	rule, drill, way int
	times            [4]int
	stacked          bool
}

func newTextTable(alarms []alarm) *textTable {
	t := &textTable{rule: 4, drill: 5, way: 3}
	for i, name := range timeColumns {
		t.times[i] = len(name)
	}
	for _, a := range alarms {
		t.rule = max(t.rule, ansi.StringWidth(cleanLine(a.Result.Rule)))
		t.drill = max(t.drill, ansi.StringWidth(cleanLine(a.Name)))
		for _, w := range a.Ways {
			t.way = max(t.way, ansi.StringWidth(w.Way))
			for i, text := range w.times() {
				t.times[i] = max(t.times[i], ansi.StringWidth(text))
			}
		}
	}
	return t
}

var timeColumns = [4]string{"notified", "floor", "ratio", "resolved"}

func (w alarmWay) times() [4]string { return [4]string{w.Notified, w.Floor, w.Ratio, w.Resolved} }

// right is the width of all columns that follow the names: a mark, the way and
// the times.
func (t *textTable) right() int {
	sum := 3 + t.way
	for _, n := range t.times {
		sum += 2 + n
	}
	return sum
}

func (t *textTable) wide() int { return 2 + t.rule + 2 + t.drill + t.right() }

// stack gives the names what is left of the width.
func (t *textTable) stack(width int) {
	t.stacked = true
	t.rule = max(min(max(t.rule, t.drill), width-2-t.right()), 12)
}

func (t *textTable) head() string {
	names := []string{"rule", "drill"}
	if t.stacked {
		names = []string{"rule, drill"}
	}
	return t.line(" ", names, alarmWay{Way: "way", Notified: timeColumns[0], Floor: timeColumns[1], Ratio: timeColumns[2], Resolved: timeColumns[3]})
}

// rows are the lines of one drill.
func (t *textTable) rows(a alarm) []string {
	mark, rule, drill := a.Status.Mark(), cleanLine(a.Result.Rule), cleanLine(a.Name)
	var lines []string
	if !t.stacked {
		for _, w := range a.Ways {
			lines = append(lines, t.line(mark, []string{rule, drill}, w))
			mark, rule, drill = " ", "", ""
		}
		return lines
	}
	names, ways := []string{rule, drill}, a.Ways
	if rule == "" {
		names = names[1:]
	}
	for len(names)+len(ways) > 0 {
		var name string
		var way alarmWay
		if len(names) > 0 {
			name, names = names[0], names[1:]
		}
		// A name that is too long for its column has the line for itself.
		if len(ways) > 0 && ansi.StringWidth(name) <= t.rule {
			way, ways = ways[0], ways[1:]
		}
		lines = append(lines, t.line(mark, []string{name}, way))
		mark = " "
	}
	return lines
}

func (t *textTable) line(mark string, names []string, w alarmWay) string {
	text := mark
	for i, width := range []int{t.rule, t.drill}[:len(names)] {
		text += []string{" ", "  "}[i] + pad(names[i], width)
	}
	text += " " + pad(w.Mark, 2) + pad(w.Way, t.way)
	for i, cell := range w.times() {
		text += "  " + strings.Repeat(" ", max(0, t.times[i]-ansi.StringWidth(cell))) + cell
	}
	return strings.TrimRight(text, " ")
}
