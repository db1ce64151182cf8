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
	plotLeft    = 60.0
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
	Line, Limit           string // paths of the metric and of its limit
	Threshold             *level
	LimitLabel            *level
	Query, Unit, Alt      string
	LimitQuery            string
	Levels                []level
	Ticks                 []chartTick
	Marks                 []mark
	Lanes                 []lane
	LanesBottom           float64
	FaultLeft, FaultWidth float64
	BrokenHeight          float64
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
func newChart(d Drill) *chart {
	from, to, ok := period(d)
	if !ok {
		return nil
	}
	x := func(t time.Time) float64 {
		return round(plotLeft + (plotRight-plotLeft)*t.Sub(from).Seconds()/to.Sub(from).Seconds())
	}
	moments := shared(d)
	marks, lanes := newMarks(moments, x)
	c := &chart{
		Width: chartWidth, Left: plotLeft, Right: plotRight, Top: 8 + laneHeight*float64(lanes),
		LevelX: plotLeft - 8, RightX: plotRight + 8, Marks: marks, Alt: alt(d),
	}
	c.Bottom = c.Top
	if d.Graph != nil && len(d.Graph.Samples) > 0 {
		c.Bottom += plotHeight
		c.draw(d.Graph, x)
	}
	c.Lanes = newLanes(d, c.Bottom, to, x)
	c.LanesBottom = c.Bottom + laneSpace*float64(len(c.Lanes))
	c.TickEnd, c.TickY = c.LanesBottom+5, c.LanesBottom+20
	c.Height = c.LanesBottom + chartBottom
	c.Ticks = chartTicks(from, to, moments, x)
	c.FaultLeft, c.FaultWidth = broken(moments, to, x)
	c.BrokenHeight = c.LanesBottom - c.Top
	return c
}

// draw adds what the rule looked at.
func (c *chart) draw(g *Graph, x func(time.Time) float64) {
	axis := graphAxis(g)
	y := func(v float64) float64 { return round(c.Bottom - plotHeight*axis.share(v)) }
	for _, v := range axis.values() {
		c.Levels = append(c.Levels, level{y(v), g.written(v)})
	}
	c.Query = g.Query
	if !(unit{id: g.Unit}).known() {
		c.Unit = g.Unit
	}
	if g.Threshold != nil {
		c.Threshold = &level{y(*g.Threshold), "threshold " + strings.TrimSpace(g.written(*g.Threshold)+" "+c.Unit)}
	}
	c.Line = stairs(g.Samples, x, y)
	c.drawLimit(g, x, y)
}

// drawLimit adds the second curve, with its label at its end.
func (c *chart) drawLimit(g *Graph, x func(time.Time) float64, y func(float64) float64) {
	last := latest(Series{Points: g.LimitSamples})
	if last == nil {
		return
	}
	c.Limit, c.LimitQuery = stairs(g.LimitSamples, x, y), g.Limit
	c.LimitLabel = &level{y(*last), "limit " + strings.TrimSpace(g.written(*last)+" "+c.Unit)}
	const apart = 14.0
	if t := c.Threshold; t != nil && math.Abs(t.Y-c.LimitLabel.Y) < apart {
		c.LimitLabel.Y = t.Y - apart
	}
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

func round(v float64) float64 { return math.Round(v*10) / 10 }
