package report

import (
	"math"
	"sort"
)

// What a panel shows at most, so that neither the page nor the stream of
// events grows with the cluster.
const (
	maxSeries = 8
	maxPoints = 100
	maxRows   = 15
	maxLines  = 15
	maxText   = 300
)

// Bounded cuts a dashboard to what the page shows of it. Panel.Cut counts what
// was left out.
func Bounded(d Dashboard) Dashboard {
	panels := d.Panels
	d.Panels = make([]Panel, len(panels))
	for i, p := range panels {
		d.Panels[i] = boundedPanel(p)
	}
	return d
}

func boundedPanel(p Panel) Panel {
	all := len(p.Series) + len(p.Lines)
	p.Series = boundedSeries(p.Series)
	p.Lines = append([]LogLine(nil), p.Lines[:min(len(p.Lines), maxLines)]...)
	for i := range p.Lines {
		p.Lines[i].Text = cut(p.Lines[i].Text)
	}
	p.Cut += all - len(p.Series) - len(p.Lines)
	if p.Table != nil {
		rows := boundedRows(p.Table.Rows)
		p.Cut += len(p.Table.Rows) - len(rows)
		p.Table = &Table{Columns: p.Table.Columns, Rows: rows}
	}
	return p
}

func boundedRows(all [][]any) [][]any {
	rows := make([][]any, min(len(all), maxRows))
	for i := range rows {
		rows[i] = append([]any(nil), all[i]...)
		for j, value := range rows[i] {
			if text, ok := value.(string); ok {
				rows[i][j] = cut(text)
			}
		}
	}
	return rows
}

// boundedSeries keeps the series with the highest peaks, in their order.
func boundedSeries(all []Series) []Series {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return peak(all[order[i]]) > peak(all[order[j]]) })
	order = order[:min(len(order), maxSeries)]
	sort.Ints(order)
	list := make([]Series, 0, len(order))
	for _, i := range order {
		s := all[i]
		s.Name, s.Points = cut(s.Name), thinned(s.Points)
		list = append(list, s)
	}
	return list
}

func peak(s Series) float64 {
	top := math.Inf(-1)
	for _, p := range s.Points {
		if p.Value != nil {
			top = max(top, *p.Value)
		}
	}
	return top
}

// thinned takes of each stretch the point that lies farthest from the one
// before, so that a spike stays visible, and so does a dip.
func thinned(all Points) Points {
	if len(all) <= maxPoints {
		return all
	}
	var list Points
	before := 0.0
	for i := range maxPoints {
		part := all[i*len(all)/maxPoints : (i+1)*len(all)/maxPoints]
		best := part[0]
		for _, p := range part {
			if p.Value != nil && (best.Value == nil || math.Abs(*p.Value-before) > math.Abs(*best.Value-before)) {
				best = p
			}
		}
		if best.Value != nil {
			before = *best.Value
		}
		list = append(list, best)
	}
	return append(list[:maxPoints-1], all[len(all)-1])
}

func cut(text string) string {
	if letters := []rune(text); len(letters) > maxText {
		return string(letters[:maxText]) + "…"
	}
	return text
}
