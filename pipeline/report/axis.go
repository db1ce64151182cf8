package report

import (
	"math"
	"strconv"
)

// axis is the range of values of a graph, ending at round numbers.
type axis struct{ low, high, step float64 }

// newAxis goes from low to high, by marks that are round multiples of unit.
func newAxis(low, high, unit float64) axis {
	low, high = low/unit, high/unit
	if low == high {
		high = low + 1
	}
	step := roundStep((high - low) / 4)
	return axis{
		low:  math.Floor(low/step) * step * unit,
		high: math.Ceil(high/step) * step * unit,
		step: step * unit,
	}
}

// graphAxis takes in every value, the threshold and, since most of what alarms
// are about is a share or a count, zero.
func graphAxis(g *Graph) axis {
	low, high := reach(g.Samples, 0, 0)
	low, high = reach(g.LimitSamples, low, high)
	if g.Threshold != nil {
		low, high = min(low, *g.Threshold), max(high, *g.Threshold)
	}
	return newAxis(low, high, unit{id: g.Unit}.step(max(math.Abs(low), math.Abs(high))))
}

// written is a value of the graph, with its unit if that is one with words of
// its own.
func (g *Graph) written(v float64) string {
	if u := (unit{id: g.Unit}); u.known() {
		return u.format(v)
	}
	return number(v)
}

// reach widens a range to take in every value.
func reach(samples []Sample, low, high float64) (float64, float64) {
	for _, s := range samples {
		if s.Value != nil {
			low, high = min(low, *s.Value), max(high, *s.Value)
		}
	}
	return low, high
}

// notFiner keeps marks apart that would be written with the same digits.
func (a axis) notFiner(step float64) axis {
	if a.step >= step {
		return a
	}
	return axis{low: math.Floor(a.low/step) * step, high: math.Ceil(a.high/step) * step, step: step}
}

func (a axis) values() []float64 {
	var list []float64
	for n := 0; n <= int(math.Round((a.high-a.low)/a.step)); n++ {
		list = append(list, a.low+float64(n)*a.step)
	}
	return list
}

// share is where a value lies on the axis, from 0 to 1.
func (a axis) share(v float64) float64 { return (v - a.low) / (a.high - a.low) }

// roundStep is the next number up of the kind 1, 2, 5, 10, 20, …
func roundStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, f := range []float64{1, 2, 2.5, 5} {
		if f*power >= v*(1-1e-9) {
			return f * power
		}
	}
	return 10 * power
}

// number is a value without the noise of binary fractions.
func number(v float64) string {
	return strconv.FormatFloat(v, 'g', 6, 64)
}
