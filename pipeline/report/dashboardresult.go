package report

import "time"

// Dashboard is the result of one item of the step panels: every panel of a
// dashboard after its queries were run.
type Dashboard struct {
	UID   string `json:"uid"`
	Title string `json:"title"`
	// Picture is a PNG of it, as a path relative to the folder of the report;
	// empty if there is none, and then the report draws the panels.
	Picture string  `json:"picture,omitempty"`
	Panels  []Panel `json:"panels"`
}

// Outcome is what the queries of a panel gave.
type Outcome string

// The outcomes of a panel. One that is allowed to be empty has a Reason from
// the policy, one that failed has the server's. A panel of text has nothing to
// ask.
const (
	WithData     Outcome = "data"
	AllowedEmpty Outcome = "allowed"
	Empty        Outcome = "empty"
	Broken       Outcome = "failed"
	NothingToAsk Outcome = "nothing to ask"
)

// Panel is one panel, in the order of the dashboard.
type Panel struct {
	ID    int64  `json:"id"`
	Title string `json:"title"`
	// Type is Grafana's: timeseries, stat, gauge, bargauge, table, logs …
	Type string `json:"type"`
	// Unit is Grafana's id of a unit: bytes, percentunit, s …
	Unit string `json:"unit,omitempty"`
	// Row is the title of the row that it stands in, empty for none.
	Row string `json:"row,omitempty"`
	// Width is its part of the 24 columns of a dashboard, 0 if not known.
	Width    int      `json:"width,omitempty"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	Decimals *int     `json:"decimals,omitempty"`
	// Texts are shown instead of values, such as "1": "answers".
	Texts   map[string]string `json:"texts,omitempty"`
	Outcome Outcome           `json:"outcome"`
	Reason  string            `json:"reason,omitempty"`
	// One of these is what it shows: series also for a stat, a gauge or bars,
	// of which the last value counts.
	Series []Series  `json:"series,omitempty"`
	Table  *Table    `json:"table,omitempty"`
	Lines  []LogLine `json:"lines,omitempty"`
	// Cut is how many series, rows or lines were left out here.
	Cut int `json:"cut,omitempty"`
}

// Series is one line of a panel, named as in its legend.
type Series struct {
	Name string `json:"name"`
	// Unit is that of the panel if empty.
	Unit   string `json:"unit,omitempty"`
	Points Points `json:"points"`
}

// Table is what a panel of type table shows. A cell is a text, a number in
// the unit of its column, or nil.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
}

// LogLine is a line of a panel of type logs.
type LogLine struct {
	Time  time.Time `json:"time"`
	Level string    `json:"level,omitempty"`
	Text  string    `json:"text"`
}
