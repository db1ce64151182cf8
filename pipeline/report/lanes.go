package report

import "time"

// lane shows the alarm on one way below a drill's graph, over the same time:
// a bar while it is pending and firing, a dot for each notification.
type lane struct {
	Name            string
	Y, NameY        float64
	AboveY, BelowY  float64
	Bars            []laneBar
	Dots            []laneDot
	Notified, Ended *laneLabel
}

type laneBar struct {
	X, End float64
	Class  string
}

type laneDot struct {
	X            float64
	Class, Title string
}

// laneLabel stands at the right of its moment, or at its left for want of room.
type laneLabel struct {
	X      float64
	Anchor string
	Text   string
}

const laneSpace = 52.0

func newLanes(d Drill, top float64, to time.Time, x func(time.Time) float64) []lane {
	var list []lane
	for i, w := range d.Ways {
		y := top + laneSpace*float64(i) + laneSpace/2
		l := lane{Name: w.Way, Y: y, NameY: y + 4, AboveY: y - 9, BelowY: y + 19}
		l.bar("pending", w.Times.Pending, x, w.Times.Firing, w.Times.Ended, &to)
		l.bar("firing", w.Times.Firing, x, w.Times.Ended, w.Times.Resolved, &to)
		for _, s := range stages(channels(d)) {
			if m := s.moment(w); m != nil && (s.class == "notification" || s.class == "resolved") {
				l.Dots = append(l.Dots, laneDot{x(m.At), s.class, m.Name + " " + m.After})
			}
		}
		l.Notified = newLaneLabel("notified", w.Times.Receiver, w.Times.Fault, x)
		l.Ended = newLaneLabel("resolved", w.Times.Resolved, w.Times.Repair, x)
		list = append(list, l)
	}
	return list
}

// bar goes from a moment to the first of the later ones that there is.
func (l *lane) bar(class string, from *time.Time, x func(time.Time) float64, ends ...*time.Time) {
	if from == nil {
		return
	}
	for _, end := range ends {
		if end != nil {
			l.Bars = append(l.Bars, laneBar{x(*from), max(x(*from)+1, x(*end)), class})
			return
		}
	}
}

func newLaneLabel(name string, at, since *time.Time, x func(time.Time) float64) *laneLabel {
	if at == nil || since == nil {
		return nil
	}
	l := &laneLabel{Text: name + " +" + span(at.Sub(*since).Seconds()), X: x(*at) + 5, Anchor: "start"}
	if l.X+charWidth*float64(len(l.Text)) > plotRight {
		l.X, l.Anchor = x(*at)-5, "end"
	}
	return l
}
