package report

import "fmt"

// Coverage is the result of the step drill as a whole.
type Coverage struct {
	Alerts *AlertCoverage `json:"alerts"`
	// Rules lists every alarm rule that is shipped.
	Rules []RuleCoverage `json:"rules,omitempty"`
	// Ratio is how many times the floor a way may take without being named; 0 for none.
	Ratio float64 `json:"ratio,omitempty"`
}

// AlertCoverage counts rules that a drill saw fire and end.
type AlertCoverage struct {
	Seen    int `json:"seen" jsonschema:"minimum=0"`
	Shipped int `json:"shipped" jsonschema:"minimum=0"`
	// Goal is the percentage below which the run fails.
	Goal *float64 `json:"goal" jsonschema:"nullable,minimum=0,maximum=100" jsonschema_description:"Percent that must be seen; null if no policy says so."`
}

// Percent is the share of the rules that were seen, in whole percent and never
// rounded up: 100 means all. It is 0 where none is shipped.
func (c AlertCoverage) Percent() int {
	if c.Shipped == 0 {
		return 0
	}
	return 100 * c.Seen / c.Shipped
}

// Below tells whether less was seen than is wanted.
func (c AlertCoverage) Below() bool {
	return c.Goal != nil && float64(100*c.Seen) < *c.Goal*float64(c.Shipped)
}

// String is such as "27 of 28 rules seen to fire and end (96 %), goal 100 %".
func (c AlertCoverage) String() string {
	text := fmt.Sprintf("%d of %s seen to fire and end (%d %%)", c.Seen, plural(c.Shipped, "rule"), c.Percent())
	switch {
	case c.Below():
		text += fmt.Sprintf(", BELOW the goal of %g %%", *c.Goal)
	case c.Goal != nil:
		text += fmt.Sprintf(", goal %g %%", *c.Goal)
	}
	return text
}

// RuleCoverage says of one rule what the drills saw.
type RuleCoverage struct {
	Rule string `json:"rule"`
	// By is who evaluates it: prometheus, grafana, loki or inbox.
	By string `json:"by"`
	// Drills are those that are about this rule, by name.
	Drills []string `json:"drills"`
	Fired  bool     `json:"fired"`
	Ended  bool     `json:"ended"`
	// Otherwise is what proves it instead of a drill, by a policy's word.
	Otherwise string `json:"otherwise,omitempty"`
}

// RuleSummary is the coverage of a rule with what each way of each of its
// drills took.
type RuleSummary struct {
	Rule      string        `json:"rule"`
	By        *string       `json:"by" jsonschema:"nullable" jsonschema_description:"Who evaluates it: prometheus (and grafana as well), grafana, loki or inbox."`
	Drills    []string      `json:"drills" jsonschema_description:"All drills of this rule, by name."`
	Fired     bool          `json:"fired" jsonschema_description:"A drill that passed saw it fire on every way."`
	Ended     bool          `json:"ended" jsonschema_description:"And saw it end."`
	Otherwise *string       `json:"otherwise" jsonschema:"nullable" jsonschema_description:"What proves it instead of a drill of its own, by the policy's word."`
	Ways      []WayCoverage `json:"ways"`
}

// Proven tells whether the rule counts as seen.
func (r RuleSummary) Proven() bool { return r.Fired && r.Ended || r.Otherwise != nil }

// WayCoverage is what one way of one drill took.
type WayCoverage struct {
	Drill               string   `json:"drill"`
	Way                 string   `json:"way"`
	Status              Status   `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished"`
	FaultToNotification *float64 `json:"fault_to_notification" jsonschema:"nullable,minimum=0"`
	FloorSeconds        *float64 `json:"floor_seconds" jsonschema:"nullable,minimum=0"`
	Ratio               *float64 `json:"ratio" jsonschema:"nullable,minimum=0"`
	RepairToResolved    *float64 `json:"repair_to_resolved" jsonschema:"nullable,minimum=0"`
}

// ruleSummaries adds to each rule what the ways of its drills took.
func ruleSummaries(m *Model, rules []RuleCoverage) []RuleSummary {
	list := make([]RuleSummary, 0, len(rules))
	held := heldDrills(m)
	for _, r := range rules {
		s := RuleSummary{Rule: r.Rule, By: known(r.By), Drills: append([]string{}, r.Drills...), Fired: r.Fired, Ended: r.Ended, Otherwise: known(r.Otherwise), Ways: []WayCoverage{}}
		for _, o := range held {
			if o.Result.Rule != r.Rule {
				continue
			}
			for _, w := range o.Result.Ways {
				s.Ways = append(s.Ways, WayCoverage{
					Drill: o.Name, Way: w.Way, Status: w.Status, FaultToNotification: w.Seconds.FaultToNotification,
					FloorSeconds: w.FloorSeconds, Ratio: w.Ratio, RepairToResolved: w.Seconds.RepairToResolved,
				})
			}
		}
		list = append(list, s)
	}
	return list
}
