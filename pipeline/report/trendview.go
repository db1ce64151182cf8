package report

import "time"

// trendView is what the page shows of the nights: a small graph for each step
// and latency.
type trendView struct {
	File, Warning string
	Slower        []SlowerSummary
	Graphs        []trendGraph
}

type trendGraph struct {
	Title  string
	Slower bool
	Plot   *plot
}

func newTrendView(t *Trend) *trendView {
	if t == nil {
		return nil
	}
	v := &trendView{File: t.File, Warning: t.Warning, Slower: t.slower()}
	for _, s := range t.Series {
		if p := s.plot(); p != nil {
			v.Graphs = append(v.Graphs, trendGraph{s.title(), s.Slower, p})
		}
	}
	return v
}

// plot draws a series as a panel's, over days instead of hours, with the limit
// as a second line.
func (s TrendSeries) plot() *plot {
	p := Panel{Title: s.title(), Unit: "s", Series: []Series{{Name: "this night", Points: s.Points}}}
	if s.Limit != nil {
		limit := Series{Name: "noise up to"}
		for _, at := range s.Points {
			limit.Points = append(limit.Points, NewSample(at.Time, *s.Limit))
		}
		p.Series = append(p.Series, limit)
	}
	v := newPlot(p, unit{id: p.Unit})
	if v != nil {
		v.Ticks = nightTicks(s.Points)
	}
	return v
}

// nightTicks are the days of the first and the last night.
func nightTicks(points Points) []plotMark {
	const edge = 96 // so that half a label does not stand out
	day := func(t time.Time) string { return t.UTC().Format("2 Jan") }
	first, last := points[0].Time, points[len(points)-1].Time
	if day(first) == day(last) {
		return []plotMark{{edge, day(last)}}
	}
	return []plotMark{{100 - edge, day(first)}, {edge, day(last)}}
}
