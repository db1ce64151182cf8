package drill

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/strict"
)

func (c *checker) fault(s fault.Spec) {
	given := s.Given()
	kinds := slices.Sorted(maps.Keys(given))
	switch len(kinds) {
	case 0:
		c.Errorf("fault", "is missing; give one of: %s", strings.Join(fault.Kinds(), ", "))
	case 1:
		given[kinds[0]].Check(func(at, format string, args ...any) {
			c.Errorf("fault."+kinds[0]+"."+at, format, args...)
		})
	default:
		c.Errorf("fault", "%s are given; a drill has one fault", strings.Join(kinds, " and "))
	}
}

func (c *checker) expectations(d Drill) {
	c.duration("alarm.within", d.Alarm.Within, true)
	c.duration("end.within", d.End.Within, true)
	c.duration("quiet.within", d.Quiet.Within, false)
	c.duration("repair.within", d.Repair.Within, false)

	for _, name := range slices.Sorted(maps.Keys(d.Alarm.Labels)) {
		switch {
		case !labelName.MatchString(name):
			c.Errorf("alarm.labels", "%q is no name of a label; use letters, digits and _, not beginning with a digit", name)
		case name == "alertname":
			c.Errorf("alarm.labels.alertname", "the key rule names the alarm already; leave it out")
		}
	}
	c.notification("notification", d.Notification)
	if g := d.Grafana; g != nil {
		c.duration("grafana.alarm.within", g.Alarm.Within, true)
		c.notification("grafana.notification", g.Notification)
		c.duration("grafana.end.within", g.End.Within, true)
	}
	if d.Graph != nil && strings.TrimSpace(d.Graph.Query) == "" {
		c.Errorf("graph.query", "is missing; give the PromQL of the series to draw, or leave graph out")
	}
}

func (c *checker) notification(key string, n NotificationExpected) {
	c.duration(key+".within", n.Within, true)
	if len(n.Channels) == 0 {
		c.Errorf(key+".channels", "is missing; give at least one of: %s", strings.Join(channels(), ", "))
	}
	for i, name := range n.Channels {
		at := fmt.Sprintf("%s.channels[%d]", key, i)
		if !slices.Contains(channels(), name) {
			c.Errorf(at, "no channel %q; there is: %s%s", name, strings.Join(channels(), ", "), strict.DidYouMean(name, channels()))
		}
		if slices.Contains(n.Channels[:i], name) {
			c.Errorf(at, "channel %s is given twice", name)
		}
	}
}

func (c *checker) duration(at string, d strict.Duration, required bool) {
	if problem := d.Problem(); problem != "" && (required || d.Given()) {
		c.Errorf(at, "%s", problem)
	}
}
