package report

import (
	"sort"
	"time"
	"unicode/utf8"
)

// mark is a vertical line at a moment, with its label beside its upper end.
type mark struct {
	moment
	X, Top float64
	LabelX float64
	LabelY float64
}

// charWidth is the width of a letter of a label, rounded up.
const charWidth = 6.9

// newMarks puts the labels into lanes so that no two overlap and no line
// crosses a label: a label stands to the right of its line, one lane above
// every label whose line lies beneath it. What lies between the moments that
// the drill is about is in the table, not in the graph.
func newMarks(moments []moment, x func(time.Time) float64) (marks []mark, lanes int) {
	for _, m := range moments {
		if m.Class != "passing" {
			marks = append(marks, mark{moment: m, X: x(m.At)})
		}
	}
	sort.SliceStable(marks, func(i, j int) bool { return marks[i].X < marks[j].X })
	lane := make([]int, len(marks))
	for i := len(marks) - 1; i >= 0; i-- {
		end := marks[i].X + labelWidth(marks[i].moment)
		for j := i + 1; j < len(marks) && marks[j].X <= end; j++ {
			lane[i] = max(lane[i], lane[j]+1)
		}
		lanes = max(lanes, lane[i]+1)
	}
	for i := range marks {
		marks[i].Top = 6 + laneHeight*float64(lanes-1-lane[i])
		marks[i].LabelX = marks[i].X + 5
		marks[i].LabelY = marks[i].Top + 11
	}
	return marks, lanes
}

func labelWidth(m moment) float64 {
	return charWidth*float64(utf8.RuneCountInString(m.Name+" "+m.After)) + 12
}
