package report

import (
	"math"
	"strings"
	"time"
)

// chartTicks counts seconds from the fault, or from the first value if there
// was none.
func chartTicks(from, to time.Time, moments []moment, x func(time.Time) float64) []chartTick {
	zero := from
	if at := at(moments, "fault"); at != nil {
		zero = *at
	}
	step := timeStep(to.Sub(from).Seconds(), 10)
	var ticks []chartTick
	first := math.Ceil(from.Sub(zero).Seconds() / step)
	for n := first; ; n++ {
		t := zero.Add(time.Duration(n * step * float64(time.Second)))
		if t.After(to) {
			return ticks
		}
		label := tickLabel(math.Abs(n*step), step)
		if n < 0 {
			label = "−" + label
		}
		ticks = append(ticks, chartTick{x(t), label})
	}
}

// alt says the graph in words, for those who do not see it.
func alt(d Drill) string {
	text := "The drill over time"
	if d.Graph != nil {
		text = "Graph of " + d.Graph.Query + " over time"
		if d.Graph.Limit != "" {
			text += ", beside " + d.Graph.Limit
		}
	}
	for _, w := range d.Ways {
		text += "; " + w.Way
		for _, s := range stages(channels(d)) {
			if m := s.moment(w); m != nil && s.since != nil {
				text += ", " + strings.TrimSpace(m.Name+" "+m.After)
			}
		}
	}
	return text
}
