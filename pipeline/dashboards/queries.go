package dashboards

import (
	"fmt"
	"slices"
)

// Data sources that are part of Grafana: several in one panel, the result of
// another panel, arithmetic over other queries.
const (
	mixed      = "-- Mixed --"
	otherPanel = "-- Dashboard --"
	expression = "__expr__"
)

// Calculates tells whether the query asks no data source, but does arithmetic
// with the answers to other queries.
func (t Target) Calculates() bool {
	_, uid := SourceOf(t["datasource"])
	return uid == expression
}

// Borrows tells whether the panel shows what another one asks, or some of it.
func (p Panel) Borrows() bool {
	is := func(reference any) bool { _, uid := SourceOf(reference); return uid == otherPanel }
	return is(p.Datasource) || slices.ContainsFunc(p.Targets, func(t Target) bool { return is(t["datasource"]) })
}

// queries checks what a panel asks and whom.
func (c panels) queries(at, name string, p Panel) {
	if _, uid := SourceOf(p.Datasource); uid != mixed && uid != otherPanel {
		c.source(at, p.Datasource, name)
	}
	if len(p.Targets) == 0 {
		c.mistake(at, "%s asks nothing; give it a query (targets)", name)
	}
	seen := map[string]bool{}
	for i, t := range p.Targets {
		here := fmt.Sprintf("%s.targets[%d]", at, i)
		id := t.RefID()
		who := fmt.Sprintf("query %s of %s", id, name)
		switch {
		case id == "":
			c.mistake(here, "a query of %s has no refId; give it A, the next one B, and so on", name)
		case seen[id]:
			c.mistake(here+".refId", "%s has two queries %s; only one would be shown", name, id)
		}
		seen[id] = true
		kind, uid := SourceOf(t["datasource"])
		if uid != otherPanel && !t.Calculates() {
			c.source(here, t["datasource"], who)
		}
		if expr, _ := t["expr"].(string); expr == "" && (kind == "prometheus" || kind == "loki") {
			c.mistake(here, "%s is empty (expr)", who)
		}
		c.known(here, map[string]any(t), who)
	}
}
