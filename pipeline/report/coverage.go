package report

import (
	"fmt"
	"strings"
)

// covered says how much of what is shipped the run has proven. What it has not
// tried is nil.
type covered struct {
	Alerts *AlertCoverage
	Rules  []RuleSummary
	// Slow are the ways that took longer than the policy says, in words.
	Slow   []string
	Panels *PanelCoverage
	Links  *LinkCoverage
}

func (m *Model) coverage() covered {
	c := covered{Panels: panelCoverage(m), Links: linkCoverage(m)}
	if drills := stepResult[Coverage](m, stepDrill); drills != nil {
		c.Alerts, c.Rules, c.Slow = drills.Alerts, ruleSummaries(m, drills.Rules), overFloor(m, drills.Ratio)
	}
	return c
}

// PanelCoverage counts panels by what their queries returned.
type PanelCoverage struct {
	Dashboards int `json:"dashboards" jsonschema:"minimum=0"`
	// Total are those that have something to ask.
	Total        int `json:"total" jsonschema:"minimum=0" jsonschema_description:"Panels with queries."`
	WithData     int `json:"with_data" jsonschema:"minimum=0"`
	AllowedEmpty int `json:"allowed_empty" jsonschema:"minimum=0" jsonschema_description:"Empty, which a policy allows."`
	Empty        int `json:"empty" jsonschema:"minimum=0"`
	Failed       int `json:"failed" jsonschema:"minimum=0"`
	NothingToAsk int `json:"nothing_to_ask" jsonschema:"minimum=0" jsonschema_description:"Panels without queries, such as texts."`
	// Lacking names those that are empty or failed.
	Lacking []LackingPanel `json:"lacking"`
}

// LackingPanel is a panel that shows nothing though it should.
type LackingPanel struct {
	Dashboard string  `json:"dashboard"`
	Panel     string  `json:"panel"`
	ID        int64   `json:"id"`
	Outcome   Outcome `json:"outcome" jsonschema:"enum=empty,enum=failed"`
	Reason    string  `json:"reason"`
}

// CountPanels counts the panels of dashboards.
func CountPanels(all ...Dashboard) PanelCoverage {
	c := PanelCoverage{Dashboards: len(all), Lacking: []LackingPanel{}}
	for _, d := range all {
		for _, p := range d.Panels {
			c.count(d.Title, p)
		}
	}
	return c
}

// String is such as "12 of 14 panels with data, 1 allowed to be empty". Panels
// that have nothing to ask do not count.
func (c PanelCoverage) String() string {
	parts := []string{fmt.Sprintf("%d of %s with data", c.WithData, plural(c.Total, "panel"))}
	for _, p := range []struct {
		n    int
		text string
	}{{c.AllowedEmpty, "allowed to be empty"}, {c.Empty, "empty"}, {c.Failed, "failed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.text))
		}
	}
	return strings.Join(parts, ", ")
}

// panelCoverage is nil if no panel was asked.
func panelCoverage(m *Model) *PanelCoverage {
	var all []Dashboard
	for _, o := range outcomes[Dashboard](m, stepPanels) {
		if o.Result.UID != "" { // else it failed before any panel was asked
			all = append(all, o.Result)
		}
	}
	if len(all) == 0 {
		return nil
	}
	c := CountPanels(all...)
	return &c
}

func (c *PanelCoverage) count(dashboard string, p Panel) {
	if p.Outcome != NothingToAsk {
		c.Total++
	}
	switch p.Outcome {
	case WithData:
		c.WithData++
	case AllowedEmpty:
		c.AllowedEmpty++
	case NothingToAsk:
		c.NothingToAsk++
	case Broken:
		c.Failed++
	case Empty:
		c.Empty++
	}
	if p.Outcome == Broken || p.Outcome == Empty {
		c.Lacking = append(c.Lacking, LackingPanel{dashboard, p.Title, p.ID, p.Outcome, p.Reason})
	}
}

// LinkCoverage counts links of notifications that lead somewhere.
type LinkCoverage struct {
	OK    int `json:"ok" jsonschema:"minimum=0"`
	Total int `json:"total" jsonschema:"minimum=0"`
}

func linkCoverage(m *Model) *LinkCoverage {
	var c LinkCoverage
	for _, o := range heldDrills(m) {
		for _, w := range o.Result.Ways {
			for _, l := range w.Links {
				if l.Outcome != LinkNotOpened {
					c.Total++
				}
				if l.leads() {
					c.OK++
				}
			}
		}
	}
	if c.Total == 0 {
		return nil
	}
	return &c
}

// leads tells whether the link is known to lead to a dashboard.
func (l Link) leads() bool { return l.Outcome == LinkOpened || l.Outcome == LinkNoPages }
