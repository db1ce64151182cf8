package report

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// The drawing area of a chart. To its right is room for the label of the last
// mark, above it one lane for each label that must give way to another.
const (
	chartWidth  = 860.0
	plotLeft    = 46.0
	plotRight   = 710.0
	plotHeight  = 170.0
	laneHeight  = 20.0
	chartBottom = 44.0
)

// chart is a drill's graph, laid out. All lengths are in the SVG's own unit.
type chart struct {
	Width, Height         float64
	Left, Right           float64
	Top, Bottom           float64
	Line                  string // path of the metric
	Threshold             *level
	Query, Unit, Alt      string
	Levels                []level
	Ticks                 []chartTick
	Marks                 []mark
	FaultLeft, FaultWidth float64
	PlotHeight            float64
	LevelX, RightX        float64
	TickEnd, TickY        float64
}

type level struct {
	Y     float64
	Label string
}

type chartTick struct {
	X     float64
	Label string
}

// newChart gives nil if there is nothing to draw.
func newChart(g *Graph, moments []moment) *chart {
	if g == nil || len(g.Samples) == 0 {
		return nil
	}
	from, to := period(g.Samples, moments)
	x := func(t time.Time) float64 {
		return round(plotLeft + (plotRight-plotLeft)*t.Sub(from).Seconds()/to.Sub(from).Seconds())
	}
	marks, lanes := newMarks(moments, x)
	top := 8 + laneHeight*float64(lanes)
	c := &chart{
		Width: chartWidth, Height: top + plotHeight + chartBottom,
		Left: plotLeft, Right: plotRight, Top: top, Bottom: top + plotHeight,
		PlotHeight: plotHeight, LevelX: plotLeft - 8, RightX: plotRight + 8,
		TickEnd: top + plotHeight + 5, TickY: top + plotHeight + 20,
		Query: g.Query, Unit: g.Unit, Marks: marks,
	}
	axis := newAxis(g)
	y := func(v float64) float64 {
		return round(c.Bottom - plotHeight*(v-axis.low)/(axis.high-axis.low))
	}
	for _, v := range axis.values() {
		c.Levels = append(c.Levels, level{y(v), number(v)})
	}
	if g.Threshold != nil {
		c.Threshold = &level{y(*g.Threshold), "threshold " + strings.TrimSpace(number(*g.Threshold)+" "+g.Unit)}
	}
	c.Line = stairs(g.Samples, x, y)
	c.Ticks = chartTicks(from, to, moments, x)
	c.FaultLeft, c.FaultWidth = broken(moments, x)
	c.Alt = alt(g, moments)
	return c
}

// period is from the first to the last that there is to show.
func period(samples []Sample, moments []moment) (from, to time.Time) {
	from, to = samples[0].Time, samples[0].Time
	see := func(t time.Time) {
		if t.Before(from) {
			from = t
		}
		if t.After(to) {
			to = t
		}
	}
	for _, s := range samples {
		see(s.Time)
	}
	for _, m := range moments {
		see(m.At)
	}
	if from.Equal(to) {
		to = from.Add(time.Second)
	}
	return from, to
}

// stairs draws each value until the next one, which is how a rule sees it.
// Where there is no value the line has a gap.
func stairs(samples []Sample, x func(time.Time) float64, y func(float64) float64) string {
	var path strings.Builder
	drawing := false
	for _, s := range samples {
		switch {
		case s.Value == nil && drawing:
			fmt.Fprintf(&path, "H%g", x(s.Time))
			drawing = false
		case s.Value == nil:
		case drawing:
			fmt.Fprintf(&path, "H%gV%g", x(s.Time), y(*s.Value))
		default:
			fmt.Fprintf(&path, "M%g %g", x(s.Time), y(*s.Value))
			drawing = true
		}
	}
	return path.String()
}

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

// broken is the stretch between fault and repair.
func broken(moments []moment, x func(time.Time) float64) (left, width float64) {
	fault, repair := at(moments, "fault"), at(moments, "repair")
	if fault == nil || repair == nil {
		return 0, 0
	}
	return x(*fault), round(x(*repair) - x(*fault))
}

func at(moments []moment, name string) *time.Time {
	for _, m := range moments {
		if m.Name == name {
			return &m.At
		}
	}
	return nil
}

// alt says the graph in words, for those who do not see it.
func alt(g *Graph, moments []moment) string {
	text := "Graph of " + g.Query + " over time"
	for _, m := range moments {
		text += ", " + strings.TrimSpace(m.Name+" "+m.After)
	}
	return text
}

func round(v float64) float64 { return math.Round(v*10) / 10 }
