package drill

import (
	"fmt"
	"slices"
	"time"
)

// watched is what is seen of one drill's alarms from all sides.
type watched struct {
	drill    Drill
	repaired bool
	// ways are those whose alarm must stay as it is.
	ways        map[string]*sighting
	also, noise []SeenAlarm
	flaps       []Flap
}

// sighting is the last that was seen of the drill's own alarm by one way.
type sighting struct {
	fired, firing bool
	gone          time.Time
	flap          int // 1 + the index of the flap that is going on
}

// announces tells whether the drill expects the alarm: its own, or one that
// its file names besides.
func (x *watched) announces(a active) bool { return x.own(a) || x.besides(a) }

func (x *watched) own(a active) bool { return a.is(x.drill.Rule, x.drill.Labels) }

func (x *watched) besides(a active) bool {
	return slices.ContainsFunc(x.drill.Also, func(also Announced) bool { return a.is(also.Rule, also.Labels) })
}

// observe compares what fires now with what fired before.
func (x *watched) observe(alarms []active, answered map[string]error, now time.Time) {
	for way, s := range x.ways {
		if err, asked := answered[way]; !asked || err != nil {
			continue
		}
		firing := slices.ContainsFunc(alarms, func(a active) bool {
			return a.by == way && a.alarm.State == "firing" && x.own(a)
		})
		x.turn(way, s, firing, now)
	}
	for _, a := range alarms {
		if a.alarm.State == "firing" && x.besides(a) && !x.own(a) {
			x.also = addSeen(x.also, a)
		}
	}
}

// turn notes an alarm that ends too early, or comes back after its end.
func (x *watched) turn(way string, s *sighting, firing bool, now time.Time) {
	switch {
	case firing && !s.firing && s.fired:
		if s.flap == 0 {
			x.flaps = append(x.flaps, Flap{Way: way, Labels: x.drill.Labels, Ended: s.gone})
			s.flap = len(x.flaps)
		}
		x.flaps[s.flap-1].Again = &now
		s.flap = 0
	case !firing && s.firing:
		s.gone = now
		if !x.repaired {
			x.flaps = append(x.flaps, Flap{Way: way, Labels: x.drill.Labels, Ended: now})
			s.flap = len(x.flaps)
		}
	}
	s.fired, s.firing = s.fired || firing, firing
}

// addSeen adds an alarm unless it is in the list already.
func addSeen(list []SeenAlarm, a active) []SeenAlarm {
	seen := SeenAlarm{
		By: a.by, Rule: a.rule, Labels: a.alarm.Labels, Summary: a.alarm.Annotations["summary"],
		Value: a.alarm.Value, Since: a.alarm.ActiveAt,
	}
	same := func(other SeenAlarm) bool { return other.By == seen.By && other.String() == seen.String() }
	if slices.ContainsFunc(list, same) {
		return list
	}
	return append(list, seen)
}

// String is the alarm as Prometheus writes it.
func (s SeenAlarm) String() string { return name(s.Rule, s.Labels) }

// told is the alarm with what makes a person understand it.
func (s SeenAlarm) told() string {
	text := fmt.Sprintf("%s in %s since %s", s, s.By, clock(s.Since))
	if s.Value != "" {
		text += ", value " + s.Value
	}
	if s.Summary != "" {
		text += ": " + s.Summary
	}
	return text
}
