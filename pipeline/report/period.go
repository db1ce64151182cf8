package report

import (
	"slices"
	"time"
)

// period is from the first to the last that there is to show.
func period(d Drill) (from, to time.Time, ok bool) {
	see := func(t time.Time) {
		if !ok || t.Before(from) {
			from = t
		}
		if !ok || t.After(to) {
			to = t
		}
		ok = true
	}
	if d.Graph != nil {
		for _, s := range slices.Concat(d.Graph.Samples, d.Graph.LimitSamples) {
			see(s.Time)
		}
	}
	for _, w := range d.Ways {
		for _, s := range stages(channels(d)) {
			if at := s.at(w); at != nil {
				see(*at)
			}
		}
		if w.Times.Resolved != nil {
			see(*w.Times.Resolved)
		}
	}
	if ok && from.Equal(to) {
		to = from.Add(time.Second)
	}
	return from, to, ok
}

// broken is the stretch between fault and repair, or the end.
func broken(moments []moment, to time.Time, x func(time.Time) float64) (left, width float64) {
	fault, repair := at(moments, "fault"), at(moments, "repair")
	if fault == nil {
		return 0, 0
	}
	if repair == nil {
		repair = &to
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
