package dashboards

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds of panels: those that ask no data source by queries, and those that show
// numbers, which nobody can read without a unit. The columns of a table differ,
// so each has its own.
var (
	silent  = []string{"row", "text", "news", "dashlist", "alertlist", "welcome", "gettingstarted"}
	numbers = []string{
		"timeseries", "stat", "gauge", "bargauge", "barchart", "heatmap", "histogram", "piechart", "trend", "xychart",
	}
)

// Asks tells whether the panel is of a kind that shows the answers to queries.
func (p Panel) Asks() bool { return !slices.Contains(silent, p.Type) }

// panels checks a dashboard's panels.
type panels struct {
	variables
	// ids tell which panel has one already, so that a link to a panel leads to
	// one panel.
	ids map[int64]string
}

func (c panels) check(at string, list []Panel) {
	for i, p := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		name := fmt.Sprintf("panel %q", p.Title)
		c.identity(here, name, p)
		if p.Type == "row" {
			c.row(here, p)
		} else {
			c.words(here, name, p)
		}
		if p.Asks() {
			c.queries(here, name, p)
		}
		c.known(here+".title", p.Title, name)
		c.links(here+".links", p.Links, name)
		c.links(here+".fieldConfig.defaults.links", p.FieldConfig.Defaults.Links, name)
		c.check(here+".panels", p.Panels)
	}
}

func (c panels) identity(at, name string, p Panel) {
	switch {
	case p.ID == nil:
		c.mistake(at, "%s has no id; an alarm's link to it needs one", name)
	case c.ids[*p.ID] != "":
		c.mistake(at+".id", "%s has the id %d of %s", name, *p.ID, c.ids[*p.ID])
	default:
		c.ids[*p.ID] = name
	}
	if p.Type == "" {
		c.mistake(at, "%s has no type", name)
	}
	if len(p.LibraryPanel) > 0 && string(p.LibraryPanel) != "null" {
		c.mistake(at+".libraryPanel", "%s is kept in one Grafana's library, not in this file; unlink it there", name)
	}
	if _, known := c.all[p.Repeat]; p.Repeat != "" && !known {
		c.mistake(at+".repeat", "%s is repeated for the variable $%s, which the dashboard does not have%s", name, p.Repeat, c.names())
	}
}

// row wants a question: the panels of the row answer it.
func (c panels) row(at string, p Panel) {
	switch {
	case p.Title == "":
		c.mistake(at, "a row has no title; give it the question that its panels answer")
	case !strings.HasSuffix(p.Title, "?"):
		c.mistake(at+".title", "row %q: wanted the question that its panels answer, with a question mark", p.Title)
	}
}

func (c panels) words(at, name string, p Panel) {
	if p.Title == "" {
		c.mistake(at, "a panel has no title")
	}
	if strings.TrimSpace(p.Description) == "" {
		c.mistake(at, "%s has no description; say what it means when it looks bad", name)
	}
	unit := p.FieldConfig.Defaults.Unit
	if p.Type == "heatmap" && unit == "" {
		unit = p.Options.YAxis.Unit
	}
	if unit == "" && slices.Contains(numbers, p.Type) {
		c.mistake(at+".fieldConfig.defaults", "%s has no unit (fieldConfig.defaults.unit); give it one, such as s, bytes, percentunit, or none for a plain count", name)
	}
}
