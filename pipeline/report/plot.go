package report

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// plot is the lines of a panel. Its picture is stretched to the width at hand,
// 1000 by 100 in its own unit, and the labels stand around it as text of the
// page: so they can be read at any width.
type plot struct {
	Lines  []plotLine
	Levels []plotMark
	Ticks  []plotMark
	Alt    string
}

// plotLine is one series, by its place in the palette.
type plotLine struct {
	Color      int
	Path       string
	Name, Last string
}

// plotMark is a mark of an axis, at percent of it.
type plotMark struct {
	At    float64
	Label string
}

// newPlot gives nil without any value.
func newPlot(p Panel, u unit) *plot {
	from, to, ok := between(p.Series)
	if !ok {
		return nil
	}
	axis := panelAxis(p, u)
	x := func(t time.Time) float64 { return round(1000 * t.Sub(from).Seconds() / to.Sub(from).Seconds()) }
	y := func(v float64) float64 { return round(100 - 100*axis.share(min(max(v, axis.low), axis.high))) }
	v := &plot{Ticks: clockTicks(from, to), Alt: fmt.Sprintf("%s from %s to %s", p.Title, hour(from), hour(to))}
	for _, at := range axis.values() {
		v.Levels = append(v.Levels, plotMark{round2(100 * axis.share(at)), u.format(at)})
	}
	for i, s := range p.Series {
		line := plotLine{Color: i%maxSeries + 1, Path: straight(s.Points, x, y), Name: s.Name}
		if last := latest(s); last != nil {
			line.Last = p.text(s, u, *last)
			v.Alt += "; " + strings.TrimSpace(s.Name+" "+line.Last)
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

// between is the time of the first and the last value.
func between(all []Series) (from, to time.Time, ok bool) {
	for _, s := range all {
		for _, p := range s.Points {
			if p.Value == nil {
				continue
			}
			if !ok || p.Time.Before(from) {
				from = p.Time
			}
			if !ok || p.Time.After(to) {
				to = p.Time
			}
			ok = true
		}
	}
	if ok && from.Equal(to) {
		from = to.Add(-time.Second)
	}
	return from, to, ok
}

// panelAxis takes in zero, every value and what the panel itself sets.
func panelAxis(p Panel, u unit) axis {
	low, high := 0.0, 0.0
	for _, s := range p.Series {
		low, high = reach(s.Points, low, high)
	}
	if p.Min != nil {
		low = min(*p.Min, high)
	}
	if p.Max != nil {
		high = max(*p.Max, low)
	}
	step := u.step(max(math.Abs(low), math.Abs(high)))
	return newAxis(low, high, step).notFiner(u.finest() * step)
}

// straight joins values by lines; where one is missing there is a gap.
func straight(points Points, x func(time.Time) float64, y func(float64) float64) string {
	var path strings.Builder
	drawing := false
	for _, p := range points {
		switch {
		case p.Value == nil:
			drawing = false
		case drawing:
			fmt.Fprintf(&path, "L%g %g", x(p.Time), y(*p.Value))
		default:
			// A value between two gaps is a line of no length: a dot.
			fmt.Fprintf(&path, "M%g %gh0", x(p.Time), y(*p.Value))
			drawing = true
		}
	}
	return path.String()
}

// clockTicks are round times of day, no more than a narrow panel has room for.
func clockTicks(from, to time.Time) []plotMark {
	total := to.Sub(from)
	step := time.Duration(timeStep(total.Seconds(), 3) * float64(time.Second))
	var ticks []plotMark
	for t := from.Truncate(step); !t.After(to); t = t.Add(step) {
		if t.Before(from) {
			continue
		}
		label := t.UTC().Format("15:04")
		if step < time.Minute {
			label = hour(t)
		}
		ticks = append(ticks, plotMark{percent(t.Sub(from).Seconds(), total.Seconds()), label})
	}
	return ticks
}

// Top is where it lies in a picture that is 100 high.
func (m plotMark) Top() float64 { return round(100 - m.At) }

func hour(t time.Time) string { return t.UTC().Format("15:04:05") }

// latest is the last value, nil if there is none.
func latest(s Series) *float64 {
	for i := len(s.Points) - 1; i >= 0; i-- {
		if v := s.Points[i].Value; v != nil {
			return v
		}
	}
	return nil
}
