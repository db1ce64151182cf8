package rules

import (
	"errors"
	"fmt"
	"slices"

	"firedrill/pipeline/drill"
)

// Coverage is what drills saw of the rules that are shipped.
type Coverage struct {
	// Seen counts the rules that were seen firing and ending, or that the policy
	// says are proven otherwise.
	Seen  int
	Rules []Covered
}

// Covered is one rule.
type Covered struct {
	Rule string
	// By is who evaluates it.
	By   string
	File string
	Line int
	// Drills are all of the rule, by name.
	Drills []Held
	// Fired tells whether a drill that passed saw it fire on every way, Ended
	// whether it saw the end as well.
	Fired bool
	Ended bool
	// Otherwise is how else it is proven, by the policy's word.
	Otherwise string
}

// Held is a drill that was held.
type Held struct {
	Drill  string
	Status string
	Ways   []Travel
}

// Travel is a way by which the alarm came, or should have.
type Travel struct {
	Way   string
	Fired bool
	Ended bool
	// LatencySeconds is from the fault to the notification, FloorSeconds what
	// the configuration makes it take; nil for what is not known.
	LatencySeconds *float64
	FloorSeconds   *float64
}

// Cover tells of every rule what the drills saw of it.
func Cover(rules []drill.Rule, results []drill.Result, policy CoveragePolicy) Coverage {
	c := Coverage{Rules: []Covered{}}
	for _, r := range rules {
		row := covered(r, results)
		row.Otherwise = policy.reason(r.Name)
		if row.proven() {
			c.Seen++
		}
		c.Rules = append(c.Rules, row)
	}
	return c
}

func covered(r drill.Rule, results []drill.Result) Covered {
	row := Covered{Rule: r.Name, By: r.By, File: r.File, Line: r.Line, Drills: []Held{}}
	for _, result := range results {
		if result.Rule != r.Name {
			continue
		}
		held := Held{Drill: result.Name, Status: result.Status, Ways: []Travel{}}
		for _, w := range result.Ways {
			held.Ways = append(held.Ways, Travel{
				Way: w.Way, Fired: w.Times.Firing != nil, Ended: w.Times.Resolved != nil,
				LatencySeconds: w.Seconds.FaultToNotification, FloorSeconds: w.FloorSeconds,
			})
		}
		row.Fired = row.Fired || held.saw(func(t Travel) bool { return t.Fired })
		row.Ended = row.Ended || held.saw(func(t Travel) bool { return t.Fired && t.Ended })
		row.Drills = append(row.Drills, held)
	}
	slices.SortFunc(row.Drills, func(a, b Held) int { return compare(a.Drill, b.Drill) })
	return row
}

// saw tells whether the drill passed and saw something on all of its ways.
func (h Held) saw(what func(Travel) bool) bool {
	return h.Status == drill.Passed && len(h.Ways) > 0 &&
		!slices.ContainsFunc(h.Ways, func(t Travel) bool { return !what(t) })
}

func (c Covered) proven() bool { return c.Fired && c.Ended || c.Otherwise != "" }

// lack is why the rule counts as not seen.
func (c Covered) lack() string {
	switch {
	case len(c.Drills) == 0:
		return "no drill of it was held"
	case c.Fired:
		return "it was seen firing, but no drill that passed saw its end"
	}
	return "no drill that passed saw it fire on every way"
}

// Below is nil if the share of the rules that were seen is what the policy
// wants. Else it names the rules that were not.
func (c Coverage) Below(policy CoveragePolicy) error {
	if len(c.Rules) == 0 || float64(c.Seen)*100 >= policy.Alarms*float64(len(c.Rules)) {
		return nil
	}
	errs := []error{fmt.Errorf("%d of %d rules were seen firing and ending, which is %.0f %%; wanted are %v %% (%s)",
		c.Seen, len(c.Rules), floorPercent(c.Seen, len(c.Rules)), policy.Alarms, policy.where())}
	for _, r := range c.Rules {
		if !r.proven() {
			errs = append(errs, fmt.Errorf("%s:%d: rule %s: %s", r.File, r.Line, r.Rule, r.lack()))
		}
	}
	return errors.Join(errs...)
}

// floorPercent is never rounded up: 100 means all.
func floorPercent(part, whole int) float64 { return float64(part * 100 / whole) }
