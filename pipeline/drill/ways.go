package drill

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// allWays are the ways that there are, in the order of results.
func allWays() []string { return []string{WayPrometheus, WayGrafana, WayLoki, WayInbox} }

// waysOf are the ways by which an alarm can travel whose rule is evaluated by by.
func waysOf(by string) []string {
	switch by {
	case ByGrafana:
		return []string{WayGrafana}
	case ByLoki:
		return []string{WayLoki}
	case ByInbox:
		return []string{WayInbox}
	}
	return []string{WayPrometheus, WayGrafana}
}

// by is who evaluates the drill's rule: Prometheus, where nothing is known of it.
func (d Drill) by(rules []Rule) string {
	for _, r := range rules {
		if r.Name == d.Rule && r.By != "" {
			return r.By
		}
	}
	return ByPrometheus
}

// waysWhere are those by which the drill is watched where there are these
// servers: those that its file names, or else all that there are for its rule.
func (d Drill) waysWhere(rules []Rule, s Servers) ([]string, error) {
	there := func(way string) bool {
		return way != WayGrafana && way != WayLoki || way == WayGrafana && s.Grafana != nil || way == WayLoki && s.Loki != nil
	}
	if d.Rule == "" {
		return nil, nil
	}
	named, by := d.Ways, d.by(rules)
	if len(named) == 0 {
		named = slices.DeleteFunc(waysOf(by), func(way string) bool { return !there(way) })
		if len(named) == 0 {
			return nil, fmt.Errorf("rule %s is evaluated by %s, but firedrill.yaml does not say where that is", d.Rule, by)
		}
	}
	var ways []string
	for _, way := range allWays() {
		if !slices.Contains(named, way) {
			continue
		}
		if !there(way) {
			return nil, d.without(way)
		}
		ways = append(ways, way)
	}
	return ways, nil
}

// without is the error of a drill whose file names a way that there is not.
func (d Drill) without(way string) error {
	problem := fmt.Sprintf("the drill watches the way %s, but firedrill.yaml names no %s; name it there, or leave this way out", way, way)
	if d.file == nil {
		return errors.New(problem)
	}
	c := checker{File: *d.file}
	c.Errorf(fmt.Sprintf("ways[%d]", slices.Index(d.Ways, way)), "%s", problem)
	return c.Err()
}

// WithoutGrafana is to be asked where there is no Grafana: it reports every
// drill that names it as a way.
func WithoutGrafana(drills []Drill) error {
	var errs []error
	for _, d := range drills {
		if slices.Contains(d.Ways, WayGrafana) {
			errs = append(errs, d.without(WayGrafana))
		}
	}
	return errors.Join(errs...)
}

// channelsOf are those on which the drill's alarm must be received by a way.
// inbox tells of its own alarms by no mail.
func (d Drill) channelsOf(way string) []string {
	switch {
	case way == WayInbox:
		return []string{"webhook"}
	case len(d.Channels) > 0:
		return d.Channels
	}
	return channels()
}

// receiverOf is the name of the receiver to which a way's notifications are
// addressed. Loki's ruler sends its alarms to the same Alertmanager.
func receiverOf(way string) string {
	switch way {
	case WayGrafana, WayInbox:
		return way
	}
	return "alertmanager"
}

// join is a list for people.
func join(list []string) string { return strings.Join(list, ", ") }
