// Package drill holds fire drills: it breaks something on purpose, watches the
// alarm travel to a receiver by every way that there is, mends what it broke
// and watches the alarm end. Drills that do not disturb each other are held
// side by side. A drill is a YAML file; docs/drills.md describes it.
package drill

import (
	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/strict"
)

// Drill is one drill file.
type Drill struct {
	// Name of the drill, in lower case with dashes; unique among all drills.
	Name string `yaml:"name" json:"name" jsonschema:"pattern=^[a-z0-9]([a-z0-9-]*[a-z0-9])?$,maxLength=50"`
	// One sentence for the report: what breaks, and what shows it.
	About string `yaml:"about,omitempty" json:"about,omitempty"`
	// Name of the rule whose alarm is expected; without it, nobody must notice the fault: visits says who looks.
	Rule string `yaml:"rule,omitempty" json:"rule,omitempty"`
	// By whom people hear of it; all who can evaluate the rule when not given.
	Ways []string `yaml:"ways,omitempty" json:"ways,omitempty" jsonschema:"minItems=1,uniqueItems=true,enum=prometheus,enum=grafana,enum=loki,enum=inbox"`
	// Labels that the alarm must carry; it may have others too.
	Labels map[string]string `yaml:"labels,omitempty" json:"labels,omitempty"`
	// Channels on which it must be received; webhook and mail when not given, of the way inbox webhook alone.
	Channels []string `yaml:"channels,omitempty" json:"channels,omitempty" jsonschema:"minItems=1,uniqueItems=true,enum=webhook,enum=mail"`
	// What the drill needs to have something to break; it is there before the fault, and goes when the alarm has ended.
	Setup []fault.Spec `yaml:"setup,omitempty" json:"setup,omitempty" jsonschema:"minItems=1"`
	// What is broken, in this order; it is undone in the reverse one.
	Faults []fault.Spec `yaml:"faults" json:"faults" jsonschema:"minItems=1"`
	// What is broken besides once every way has notified, and undone before the repair begins.
	During []fault.Spec `yaml:"during,omitempty" json:"during,omitempty" jsonschema:"minItems=1"`
	// What others must do without while the drill lasts: those that disturb or need the same are held before or after it.
	Disturbs []string `yaml:"disturbs,omitempty" json:"disturbs,omitempty" jsonschema:"uniqueItems=true"`
	// What must be in order while the drill lasts, besides what its ways use: those that disturb it are held before or after.
	Needs []string `yaml:"needs,omitempty" json:"needs,omitempty" jsonschema:"uniqueItems=true"`
	// Somebody who asks for an app by its name all the time, until what was broken is repaired; a request that fails fails the drill.
	Visits *Visits `yaml:"visits,omitempty" json:"visits,omitempty"`
	// Alarms that the fault may set off besides; any other one fails the drill.
	Also []Announced `yaml:"also,omitempty" json:"also,omitempty"`
	// What the system itself takes until there is something to be seen; part of the floor.
	Onset *Onset `yaml:"onset,omitempty" json:"onset,omitempty"`
	// How long each part of the drill may take.
	Within Within `yaml:"within,omitempty" json:"within,omitempty"`
	// What the report draws.
	Graph *Graph `yaml:"graph,omitempty" json:"graph,omitempty"`

	// file tells where values stand, for messages; nil in a Drill made by hand.
	file *strict.File
}

// Announced is an alarm that a drill may set off besides its own.
type Announced struct {
	// Name of the rule.
	Rule string `yaml:"rule" json:"rule"`
	// Labels that the alarm carries; any when not given.
	Labels map[string]string `yaml:"labels,omitempty" json:"labels,omitempty"`
}

// Onset is the key `onset`: the time from the fault until what it breaks is
// broken.
type Onset struct {
	// How long that takes at most.
	Takes strict.Duration `yaml:"takes" json:"takes"`
	// Why it takes that long, in half a sentence for the report.
	Because string `yaml:"because" json:"because"`
}

// Within is the key `within`.
type Within struct {
	// How long to wait, before the fault, for the rule to be evaluated, for the graph's data, and for an earlier alarm of the same rule to end; 1m when not given.
	Quiet strict.Duration `yaml:"quiet,omitempty" json:"quiet,omitempty"`
	// Time from the fault until the alarm fires; 90s when not given.
	Alarm strict.Duration `yaml:"alarm,omitempty" json:"alarm,omitempty"`
	// Time from the alarm's firing until it is received on every channel; 30s when not given.
	Notification strict.Duration `yaml:"notification,omitempty" json:"notification,omitempty"`
	// How long each fault may take to be set, and what it breaks until it works again; 2m when not given.
	Repair strict.Duration `yaml:"repair,omitempty" json:"repair,omitempty"`
	// Time from the beginning of the repair until 'resolved' is received on every channel; 2m when not given.
	End strict.Duration `yaml:"end,omitempty" json:"end,omitempty"`
}

// Graph is the key `graph`.
type Graph struct {
	// PromQL that gives one series, the one that the rule watches.
	Query string `yaml:"query" json:"query"`
	// PromQL that gives one series, which is drawn beside the first, such as its limit; the repair waits up to 30 s for the first to come near it.
	Limit string `yaml:"limit,omitempty" json:"limit,omitempty"`
	// Value that the series crosses when the alarm goes off; drawn as a line.
	Threshold *float64 `yaml:"threshold,omitempty" json:"threshold,omitempty"`
	// Unit of the values, as it stands beside the axis.
	Unit string `yaml:"unit,omitempty" json:"unit,omitempty"`
	// The series comes with the fault, so none is wanted before.
	Appears bool `yaml:"appears,omitempty" json:"appears,omitempty"`
}
