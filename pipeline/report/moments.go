package report

import (
	"fmt"
	"sort"
	"time"
)

// moment is something that happened in a drill.
type moment struct {
	Name string
	At   time.Time
	// After says how long after the fault or the repair it was.
	After string
	// Class names its colour.
	Class string
}

// stage is a kind of moment: where a way has its time, and what it is counted
// from.
type stage struct {
	name, class string
	at, since   func(Way) *time.Time
}

func fault(w Way) *time.Time  { return w.Times.Fault }
func repair(w Way) *time.Time { return w.Times.Repair }

// stages are in the order in which they come, with those of the channels.
func stages(channels []string) []stage {
	list := []stage{
		{"fault", "fault", fault, nil},
		{"pending", "pending", func(w Way) *time.Time { return w.Times.Pending }, fault},
		{"firing", "firing", func(w Way) *time.Time { return w.Times.Firing }, fault},
		{"Alertmanager", "passing", func(w Way) *time.Time { return w.Times.Alertmanager }, fault},
	}
	for _, c := range channels {
		list = append(list, stage{"notified by " + c, "notification", func(w Way) *time.Time { return w.by(c).Received }, fault})
	}
	list = append(list,
		stage{"repair", "repair", repair, nil},
		stage{"ended", "passing", func(w Way) *time.Time { return w.Times.Ended }, repair},
	)
	for _, c := range channels {
		list = append(list, stage{"resolved by " + c, "resolved", func(w Way) *time.Time { return w.by(c).Resolved }, repair})
	}
	return list
}

// by is the notification of a channel, an empty one if it brought none.
func (w Way) by(channel string) Notification {
	for _, n := range w.Notifications {
		if n.Channel == channel {
			return n
		}
	}
	return Notification{}
}

// moment gives nil if the way has not come that far.
func (s stage) moment(w Way) *moment {
	at := s.at(w)
	if at == nil {
		return nil
	}
	m := &moment{Name: s.name, Class: s.class, At: *at}
	if s.since != nil {
		if since := s.since(w); since != nil {
			m.After = fmt.Sprintf("+%s", span(at.Sub(*since).Seconds()))
		}
	}
	return m
}

// shared are the moments that all ways of a drill have in common.
func shared(d Drill) []moment {
	var list []moment
	for _, s := range []stage{{"fault", "fault", fault, nil}, {"repair", "repair", repair, nil}} {
		for _, w := range d.Ways {
			if m := s.moment(w); m != nil {
				list = append(list, *m)
				break
			}
		}
	}
	return list
}

// channels are those of the drills' notifications, by name.
func channels(drills ...Drill) []string {
	seen := map[string]bool{}
	var list []string
	for _, d := range drills {
		for _, w := range d.Ways {
			for _, n := range w.Notifications {
				if !seen[n.Channel] {
					seen[n.Channel] = true
					list = append(list, n.Channel)
				}
			}
		}
	}
	sort.Sort(sort.Reverse(sort.StringSlice(list))) // webhook before mail
	return list
}
