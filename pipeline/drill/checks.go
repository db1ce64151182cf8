package drill

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/strict"
)

// faults checks a list of faults; that of the key faults must have one.
func (c *checker) faults(key string, specs []fault.Spec) {
	if len(specs) == 0 && key == "faults" {
		c.Errorf(key, "is missing; give one or more of: %s", join(fault.Kinds()))
	}
	for i, s := range specs {
		at := fmt.Sprintf("%s[%d]", key, i)
		given := s.Given()
		kinds := slices.Sorted(maps.Keys(given))
		switch len(kinds) {
		case 0:
			c.Errorf(at, "is empty; give one of: %s", join(fault.Kinds()))
		case 1:
			given[kinds[0]].Check(func(below, format string, args ...any) {
				c.Errorf(at+"."+kinds[0]+"."+below, format, args...)
			})
		default:
			c.Errorf(at, "%s are given; make them items of the list of their own", strings.Join(kinds, " and "))
		}
	}
}

func (c *checker) expectations(d Drill) {
	c.ways(d)
	c.choice("channels", d.Channels, channels())
	c.labels("labels", d.Labels)
	c.keys("disturbs", d.Disturbs)
	c.keys("needs", d.Needs)
	for i, a := range d.Also {
		at := fmt.Sprintf("also[%d]", i)
		if a.Rule == "" {
			c.Errorf(at+".rule", "is missing; name the rule whose alarm may fire besides")
		} else {
			c.rule(at+".rule", a.Rule)
		}
		c.labels(at+".labels", a.Labels)
	}
	if o := d.Onset; o != nil {
		c.duration("onset.takes", o.Takes, true)
		if strings.TrimSpace(o.Because) == "" {
			c.Errorf("onset.because", "is missing; say why it takes that long, such as: the website drains for 2 s")
		}
	}
	c.duration("within.quiet", d.Within.Quiet, false)
	c.duration("within.alarm", d.Within.Alarm, false)
	c.duration("within.notification", d.Within.Notification, false)
	c.duration("within.repair", d.Within.Repair, false)
	c.duration("within.end", d.Within.End, false)
	if d.Graph != nil && strings.TrimSpace(d.Graph.Query) == "" {
		c.Errorf("graph.query", "is missing; give the PromQL of the series to draw, or leave graph out")
	}
}

// visits checks who asks, and that a drill without a rule says nothing of an alarm.
func (c *checker) visits(d Drill) {
	v := d.Visits
	if v == nil {
		return
	}
	if v.App == "" {
		c.Errorf("visits.app", "is missing; name the app that is asked for, such as website")
	}
	if !strings.HasPrefix(v.Path, "/") {
		c.Errorf("visits.path", "%q is no path; give one such as /", v.Path)
	}
	c.duration("visits.within", v.Within, false)
	if d.Rule != "" {
		if v.Certificates != 0 {
			c.Errorf("visits.certificates", "is for a drill without a rule, which ends when so many were shown; this one ends with its alarm")
		}
		return
	}
	if v.Certificates < 2 {
		c.Errorf("visits.certificates", "is %d; a drill without a rule ends when so many different ones were shown: give 2 or more", v.Certificates)
	}
	about := map[string]bool{
		"ways": d.Ways != nil, "labels": d.Labels != nil, "channels": d.Channels != nil,
		"during": d.During != nil, "onset": d.Onset != nil, "graph": d.Graph != nil,
	}
	for _, key := range slices.Sorted(maps.Keys(about)) {
		if about[key] {
			c.Errorf(key, "is about an alarm, and this drill has no rule; take it out")
		}
	}
}

// ways checks those that are named, also against who evaluates the rule.
func (c *checker) ways(d Drill) {
	c.choice("ways", d.Ways, allWays())
	i := slices.IndexFunc(c.rules, func(r Rule) bool { return r.Name == d.Rule })
	if i < 0 {
		return
	}
	for k, way := range d.Ways {
		if can := waysOf(c.rules[i].By); slices.Contains(allWays(), way) && !slices.Contains(can, way) {
			c.Errorf(fmt.Sprintf("ways[%d]", k), "no alarm of rule %s goes that way, because it is evaluated by %s; it can go: %s",
				d.Rule, c.rules[i].By, join(can))
		}
	}
}

// choice checks names of which each may be given once.
func (c *checker) choice(key string, given, there []string) {
	if given != nil && len(given) == 0 {
		c.Errorf(key, "is empty; give at least one of: %s, or leave it out for the standard", join(there))
	}
	for i, name := range given {
		at, what := fmt.Sprintf("%s[%d]", key, i), strings.TrimSuffix(key, "s")
		if !slices.Contains(there, name) {
			c.Errorf(at, "no %s %q; there is: %s%s", what, name, join(there), strict.DidYouMean(name, there))
		}
		if slices.Contains(given[:i], name) {
			c.Errorf(at, "%s %s is given twice", what, name)
		}
	}
}

func (c *checker) keys(list string, given []string) {
	for i, key := range given {
		at := fmt.Sprintf("%s[%d]", list, i)
		if !namespaceKey.MatchString(key) && !slices.Contains(keys()[1:], key) {
			c.Errorf(at, "%q is nothing that can be disturbed or needed; there is: %s%s", key, join(keys()), strict.DidYouMean(key, keys()))
		}
		if slices.Contains(given[:i], key) {
			c.Errorf(at, "%s is given twice", key)
		}
	}
}

func (c *checker) labels(at string, labels map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		switch {
		case !labelName.MatchString(name):
			c.Errorf(at, "%q is no name of a label; use letters, digits and _, not beginning with a digit", name)
		case name == "alertname":
			c.Errorf(at+".alertname", "the key rule names the alarm already; leave it out")
		}
	}
}

func (c *checker) duration(at string, d strict.Duration, required bool) {
	if problem := d.Problem(); problem != "" && (required || d.Given()) {
		c.Errorf(at, "%s", problem)
	}
}
