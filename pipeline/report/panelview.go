package report

import (
	"fmt"
	"time"
)

// panelView is a panel as the page draws it: by one of its last five fields,
// or, if there is nothing to draw, by its outcome.
type panelView struct {
	Panel
	// Columns is its width, of 12.
	Columns int
	Plot    *plot
	Numbers []reading
	Bars    []reading
	Cells   *cells
	Logs    []logView
}

// cells are a table with its values written out.
type cells struct {
	Columns []cellColumn
	Rows    [][]string
}

type cellColumn struct {
	Name    string
	Numbers bool
}

type logView struct{ Time, Level, Text string }

func newPanelView(p Panel, now time.Time) panelView {
	v := panelView{Panel: p, Columns: columns(p)}
	if p.Outcome != WithData {
		return v
	}
	u := unit{p.Unit, p.Decimals, now}
	switch {
	case len(p.Lines) > 0:
		v.Logs = logViews(p.Lines)
	case p.Table != nil:
		v.Cells = newCells(*p.Table, now)
	case p.Type == "stat" || p.Type == "singlestat":
		v.Numbers = readings(p, u, false)
	case p.Type == "gauge":
		v.Numbers = readings(p, u, true)
	case p.Type == "bargauge" || p.Type == "piechart" || p.Type == "barchart" || p.instant():
		v.Bars = readings(p, u, true)
	default:
		v.Plot = newPlot(p, u)
	}
	return v
}

// columns takes the dashboard's own widths, as far as a page is wide enough.
func columns(p Panel) int {
	switch {
	case p.Type == "table" || p.Type == "logs" || p.Width > 16:
		return 12
	case p.Width > 9 || p.Width == 0 && p.Type != "stat" && p.Type != "gauge":
		return 6
	case p.Width > 6:
		return 4
	}
	return 3
}

// instant tells whether there is but one value of each series.
func (p Panel) instant() bool {
	for _, s := range p.Series {
		if len(s.Points) > 1 {
			return false
		}
	}
	return true
}

func newCells(t Table, now time.Time) *cells {
	v := &cells{}
	for _, c := range t.Columns {
		v.Columns = append(v.Columns, cellColumn{Name: c.Name})
	}
	for _, row := range t.Rows {
		var texts []string
		for i, value := range row[:min(len(row), len(t.Columns))] {
			texts = append(texts, cellText(value, unit{id: t.Columns[i].Unit, now: now}))
			if _, ok := value.(float64); ok {
				v.Columns[i].Numbers = true
			}
		}
		v.Rows = append(v.Rows, texts)
	}
	return v
}

func cellText(value any, u unit) string {
	switch value := value.(type) {
	case nil:
		return "–"
	case float64:
		return u.format(value)
	case string:
		return value
	}
	return fmt.Sprint(value)
}

func logViews(lines []LogLine) []logView {
	var list []logView
	for _, l := range lines {
		list = append(list, logView{hour(l.Time), l.Level, cleanLine(l.Text)})
	}
	return list
}
