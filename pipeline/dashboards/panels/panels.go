// Package panels asks what the panels of dashboards ask, of the same Grafana and
// its data sources, and tells which of them show nothing.
package panels

import (
	"cmp"
	"context"
	"time"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/event"
)

// Options say what is asked, and how.
type Options struct {
	Dashboards []dashboards.Dashboard
	// Querier is the Grafana, Sources are its data sources.
	Querier Querier
	Sources []dashboards.Source
	// Variables are values to choose instead of those that a dashboard starts
	// with, by the variable's name, such as namespace: [demo]. Dashboards that do
	// not have the variable take no notice.
	Variables map[string][]string
	// From and To are the time to look at, as in Grafana's address: now-1h, or
	// milliseconds since 1970. Empty: as each dashboard says.
	From, To string
	// Allowed are the panels that may be empty.
	Allowed []Allowance
	// Within is how long empty panels are asked again. 0: never.
	Within time.Duration
	// Pause is the time between two questions to an empty panel, 2 s by default.
	Pause time.Duration
	// Timeout is for the queries of one panel, 20 s by default.
	Timeout time.Duration
	// Now is the clock, time.Now by default.
	Now func() time.Time
	// Sink takes an item for each dashboard, with a Dashboard as its result.
	Sink event.Sink
}

func (o Options) withDefaults() Options {
	o.Timeout = cmp.Or(o.Timeout, 20*time.Second)
	o.Pause = cmp.Or(o.Pause, 2*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Querier is a Grafana, as far as panels need it.
type Querier interface {
	// Query runs queries; the answers are by refId.
	Query(ctx context.Context, r Request) (map[string]Answer, error)
	// Resource asks the data source with that uid for something else, such as
	// the values of a label.
	Resource(ctx context.Context, uid, path string, parameters map[string]string) ([]byte, error)
}

// Request is what Grafana's pages send for one panel.
type Request struct {
	From    string           `json:"from"`
	To      string           `json:"to"`
	Queries []map[string]any `json:"queries"`
}

// Outcome is what the queries of a panel gave.
type Outcome string

// The outcomes of a panel.
const (
	WithData     Outcome = "data"
	AllowedEmpty Outcome = "allowed"
	Empty        Outcome = "empty"
	Failed       Outcome = "failed"
	NothingToAsk Outcome = "nothing to ask"
)

// Dashboard is a dashboard after its panels were asked.
type Dashboard struct {
	UID, Title, File string
	Panels           []Panel
}

// Panel is a panel, in the order of the dashboard, and what it shows.
type Panel struct {
	ID    int64
	Title string
	Type  string
	// Unit, Min, Max, Decimals and Texts are how Grafana would write the values;
	// Texts stand in place of values, such as "1": "answers".
	Unit     string
	Min, Max *float64
	Decimals *int
	Texts    map[string]string
	// Row is the title of the row that the panel stands in, Width its part of
	// the 24 columns.
	Row     string
	Width   int
	Outcome Outcome
	// Reason is why it failed, in the words of Grafana, why it may be empty, or
	// what may be why it is.
	Reason string
	Data
}

// Data is what came back. Whoever keeps it cuts it to what is needed.
type Data struct {
	// Samples counts values, rows or lines.
	Samples int
	Series  []Series
	Table   *Table
	Lines   []Line
}

// Series is a line of a panel, named as in its legend.
type Series struct {
	Name   string
	Times  []time.Time
	Values []float64 // NaN for a gap
}

// Table is what a panel of type table shows. A cell is a text, a number, or nil.
type Table struct {
	Columns []string
	Rows    [][]any
}

// Line is a line of a log.
type Line struct {
	Time        time.Time
	Level, Text string
}
