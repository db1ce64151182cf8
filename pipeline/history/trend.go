package history

import (
	"maps"
	"math"
	"slices"
	"time"
)

const (
	// lookBack is how many nights the last one is compared with.
	lookBack = 10
	// enough is how many nights it takes to tell what noise is.
	enough = 5
)

// Series is a step or a latency over the nights.
type Series struct {
	Name string
	// Latency tells a latency from a step.
	Latency bool
	// Points are those of the nights before and, last, this one's.
	Points []Point
	// Median is that of the nights before, Limit the most that is still noise;
	// both are nil while there are too few nights to tell.
	Median, Limit *float64
	// Slower is a last point above the limit.
	Slower bool
}

// Point is one night of a series.
type Point struct {
	Time    time.Time
	Seconds float64
}

// Trend compares a night with the last ten before it that have the same step or
// latency. A night without a value, because the step failed, says nothing of
// its speed and is left out.
func Trend(before []Night, night Night) []Series {
	list := series(before, night, func(n Night) map[string]float64 { return n.Steps })
	for _, s := range series(before, night, func(n Night) map[string]float64 { return n.Latencies }) {
		s.Latency = true
		list = append(list, s)
	}
	return list
}

func series(before []Night, night Night, of func(Night) map[string]float64) []Series {
	var list []Series
	for _, name := range slices.Sorted(maps.Keys(of(night))) {
		s := Series{Name: name}
		for _, n := range before {
			if seconds, ok := of(n)[name]; ok {
				s.Points = append(s.Points, Point{n.Time, seconds})
			}
		}
		s.Points = s.Points[max(0, len(s.Points)-lookBack):]
		now := of(night)[name]
		s.judge(now)
		s.Points = append(s.Points, Point{night.Time, now})
		list = append(list, s)
	}
	return list
}

// judge tells a slow night from noise: by three standard deviations, as the
// median of the absolute deviations estimates them, which a single slow night
// among the ten does not widen. On a machine that is always the same they are
// next to nothing; so a tenth, or half a second, is noise in any case.
func (s *Series) judge(now float64) {
	if len(s.Points) < enough {
		return
	}
	var values, deviations []float64
	for _, p := range s.Points {
		values = append(values, p.Seconds)
	}
	middle := median(values)
	for _, v := range values {
		deviations = append(deviations, math.Abs(v-middle))
	}
	limit := middle + max(3*1.4826*median(deviations), middle/10, 0.5)
	s.Median, s.Limit, s.Slower = &middle, &limit, now > limit
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
