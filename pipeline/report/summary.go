package report

import (
	"encoding/json"
	"io"
	"time"
)

// SummaryVersion is the version of summary.json. It grows when a field
// changes its meaning or goes; a new field does not change it.
const SummaryVersion = 1

// Summary is summary.json. What a run did not do is null, not 0.
type Summary struct {
	Schema    int              `json:"schema" jsonschema:"enum=1" jsonschema_description:"Version of this format."`
	Run       RunSummary       `json:"run"`
	Steps     []StepSummary    `json:"steps" jsonschema_description:"In the order in which they started."`
	Drills    []DrillSummary   `json:"drills"`
	Coverage  CoverageSummary  `json:"coverage"`
	Logs      []LogSummary     `json:"logs" jsonschema_description:"Lines that were written and looked for in the logs."`
	Addresses []AddressSummary `json:"addresses" jsonschema_description:"What people reach by name, as it was visited."`
	Usage     *Usage           `json:"usage" jsonschema:"nullable" jsonschema_description:"What each release uses; null if it was not measured."`
	Images    []ImageSummary   `json:"images"`
	Findings  *Findings        `json:"findings" jsonschema:"nullable" jsonschema_description:"Null if nothing was scanned."`
	Drift     *Drift           `json:"drift" jsonschema:"nullable" jsonschema_description:"How two deployments differ; null if there was but one."`
	Slower    []SlowerSummary  `json:"slower" jsonschema_description:"What got slower than in the nights before."`
}

// RunSummary is the run as a whole.
type RunSummary struct {
	Name      *string    `json:"name" jsonschema:"nullable"`
	Status    Status     `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished" jsonschema_description:"Unfinished is a run that was killed."`
	Seconds   *float64   `json:"seconds" jsonschema:"nullable,minimum=0"`
	Started   *time.Time `json:"started" jsonschema:"nullable"`
	HostCores *int       `json:"host_cores" jsonschema:"nullable"`
}

// StepSummary is one step.
type StepSummary struct {
	Name    string   `json:"name"`
	Status  Status   `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished"`
	Seconds *float64 `json:"seconds" jsonschema:"nullable,minimum=0" jsonschema_description:"Null if skipped or unfinished."`
}

// CoverageSummary says how much of what is shipped the run has proven.
type CoverageSummary struct {
	Alerts *AlertCoverage `json:"alerts" jsonschema:"nullable" jsonschema_description:"Rules that a drill saw fire and end; null without drills."`
	Rules  []RuleSummary  `json:"rules" jsonschema_description:"Every rule that is shipped; empty without drills."`
	Panels *PanelCoverage `json:"panels" jsonschema:"nullable" jsonschema_description:"Panels by what their queries returned; null without Grafana."`
	Links  *LinkCoverage  `json:"links" jsonschema:"nullable" jsonschema_description:"Links of notifications that lead somewhere; null if none was opened."`
}

// LogSummary is one line that was looked for.
type LogSummary struct {
	Name    string            `json:"name"`
	Status  Status            `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished"`
	Query   *string           `json:"query" jsonschema:"nullable"`
	Labels  map[string]string `json:"labels" jsonschema:"nullable"`
	Seconds *float64          `json:"seconds" jsonschema:"nullable,minimum=0" jsonschema_description:"From its writing to its finding."`
}

// ImageSummary is one image.
type ImageSummary struct {
	Name    string   `json:"name"`
	Digest  *string  `json:"digest" jsonschema:"nullable"`
	Source  *string  `json:"source" jsonschema:"nullable" jsonschema_description:"built, cached or pulled."`
	Seconds *float64 `json:"seconds" jsonschema:"nullable,minimum=0"`
}

func writeSummary(w io.Writer, m *Model) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(Summarize(m))
}
