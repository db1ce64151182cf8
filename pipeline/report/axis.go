package report

import (
	"math"
	"strconv"
)

// axis is the range of values of a graph, ending at round numbers.
type axis struct{ low, high, step float64 }

// newAxis takes in every value, the threshold and, since most of what alarms
// are about is a share or a count, zero.
func newAxis(g *Graph) axis {
	low, high := 0.0, 0.0
	see := func(v *float64) {
		if v != nil {
			low, high = min(low, *v), max(high, *v)
		}
	}
	for _, s := range g.Samples {
		see(s.Value)
	}
	see(g.Threshold)
	if low == high {
		high = low + 1
	}
	a := axis{step: roundStep((high - low) / 4)}
	a.low, a.high = math.Floor(low/a.step)*a.step, math.Ceil(high/a.step)*a.step
	return a
}

func (a axis) values() []float64 {
	var list []float64
	for n := 0; n <= int(math.Round((a.high-a.low)/a.step)); n++ {
		list = append(list, a.low+float64(n)*a.step)
	}
	return list
}

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
