package report

import (
	"strconv"
)

// reading is the last value of a series, with a bar or a small line.
type reading struct {
	Name, Value string
	// Width is the length of its bar in percent.
	Width float64
	// Spark is its path, 1000 by 100, empty for a single value.
	Spark string
}

// text is a value in words if the panel has some for it.
func (p Panel) text(s Series, u unit, v float64) string {
	if text, ok := p.Texts[strconv.FormatFloat(v, 'g', -1, 64)]; ok {
		return text
	}
	if s.Unit != "" {
		u.id = s.Unit
	}
	return u.format(v)
}

func readings(p Panel, u unit, bars bool) []reading {
	low, high := ends(p)
	var list []reading
	for _, s := range p.Series {
		last := latest(s)
		if last == nil {
			continue
		}
		r := reading{Name: s.Name, Value: p.text(s, u, *last)}
		switch {
		case bars && high > low:
			r.Width = percent(*last-low, high-low)
		case len(p.Series) == 1 && len(s.Points) > 1:
			r.Spark = newPlot(p, u).Lines[0].Path
		}
		list = append(list, r)
	}
	return list
}

// ends are the values of an empty and of a full bar: what the panel sets, else
// nothing and the whole of a share, else the longest bar is full.
func ends(p Panel) (low, high float64) {
	if whole := map[string]float64{"percent": 100, "percentunit": 1}[p.Unit]; whole > 0 {
		high = whole
	}
	for _, s := range p.Series {
		if last := latest(s); last != nil {
			high = max(high, *last)
		}
	}
	if p.Min != nil {
		low = *p.Min
	}
	if p.Max != nil {
		high = *p.Max
	}
	return low, high
}
