package report

import "fmt"

// Drift is the result of the step drift as a whole: how a second deployment
// differs from the first. What the differences are, the items of the step say.
type Drift struct {
	Parts []DriftPart `json:"parts"`
	// Excluded is what was not compared.
	Excluded []Exclusion `json:"excluded"`
}

// DriftPart is one part of what was compared.
type DriftPart struct {
	Name     string `json:"name" jsonschema_description:"manifests, objects, dashboards, rules or images."`
	Compared int    `json:"compared" jsonschema:"minimum=0"`
	// Different are the names of those that differ.
	Different []string `json:"different"`
}

// Exclusion is a field that differs on purpose.
type Exclusion struct {
	Object string `json:"object"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// Trend is the result of the step history as a whole: steps and latencies over
// the nights.
type Trend struct {
	// File is where the nights are kept.
	File string `json:"file"`
	// Warning is what was wrong with it, empty if nothing was.
	Warning string        `json:"warning,omitempty"`
	Series  []TrendSeries `json:"series"`
}

// TrendSeries is a step or a latency over the nights; the last point is this
// night's.
type TrendSeries struct {
	Name    string `json:"name"`
	Latency bool   `json:"latency"`
	Points  Points `json:"points"`
	// Median is that of the nights before, Limit the most that is still noise;
	// null while there are too few nights to tell.
	Median *float64 `json:"median"`
	Limit  *float64 `json:"limit"`
	Slower bool     `json:"slower"`
}

// SlowerSummary is a step or a latency that got slower.
type SlowerSummary struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds" jsonschema:"minimum=0"`
	Median  float64 `json:"median" jsonschema:"minimum=0" jsonschema_description:"Of the nights before."`
	Limit   float64 `json:"limit" jsonschema:"minimum=0" jsonschema_description:"The most that is still noise."`
}

// String is such as "step deploy: 31.2 s, 20.1 s before".
func (s SlowerSummary) String() string {
	return fmt.Sprintf("%s: %s, %s before", s.Name, span(s.Seconds), span(s.Median))
}

func slower(m *Model) []SlowerSummary {
	if trend := stepResult[Trend](m, stepHistory); trend != nil {
		return trend.slower()
	}
	return []SlowerSummary{}
}

func (t *Trend) slower() []SlowerSummary {
	list := []SlowerSummary{}
	for _, s := range t.Series {
		if last := latest(Series{Points: s.Points}); s.Slower && last != nil {
			list = append(list, SlowerSummary{s.title(), *last, value(s.Median), value(s.Limit)})
		}
	}
	return list
}

func (s TrendSeries) title() string {
	if s.Latency {
		return s.Name
	}
	return "step " + s.Name
}
