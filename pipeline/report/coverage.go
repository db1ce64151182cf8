package report

// covered says how much of what is shipped the run has proven. What it has not
// tried is nil.
type covered struct {
	Alerts *AlertCoverage
	Rules  []RuleCoverage
	Panels *PanelCoverage
	Links  *LinkCoverage
}

func (m *Model) coverage() covered {
	c := covered{Panels: panelCoverage(m), Links: linkCoverage(m)}
	if drills := stepResult[Coverage](m, stepDrill); drills != nil {
		c.Alerts, c.Rules = drills.Alerts, drills.Rules
	}
	return c
}

// PanelCoverage counts panels by what their queries returned.
type PanelCoverage struct {
	Dashboards   int `json:"dashboards" jsonschema:"minimum=0"`
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

func panelCoverage(m *Model) *PanelCoverage {
	c := &PanelCoverage{Lacking: []LackingPanel{}}
	for _, o := range outcomes[Dashboard](m, stepPanels) {
		if o.Result.UID == "" {
			continue // it failed before any panel was asked
		}
		c.Dashboards++
		for _, p := range o.Result.Panels {
			c.count(o.Result.Title, p)
		}
	}
	if c.Dashboards == 0 {
		return nil
	}
	return c
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
	for _, o := range outcomes[Drill](m, stepDrill) {
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
