// Package drill holds fire drills: it breaks something on purpose, watches the
// alarm travel to a receiver, from Prometheus through Alertmanager and out of
// Grafana's own alerting side by side, mends what it broke and watches the
// alarm end. A drill is a YAML file; docs/drills.md describes it.
package drill

import (
	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/strict"
)

// Drill is one drill file.
type Drill struct {
	// Name of the drill, in lower case with dashes; unique among all drills.
	Name string `yaml:"name" json:"name" jsonschema:"pattern=^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"`
	// One sentence for the report: what breaks, and what shows it.
	About string `yaml:"about,omitempty" json:"about,omitempty"`
	// Name of the rule whose alarm is expected.
	Rule string `yaml:"rule" json:"rule"`
	// What must hold before the fault is set.
	Quiet Quiet `yaml:"quiet,omitempty" json:"quiet,omitempty"`
	// What is broken; exactly one kind.
	Fault fault.Spec `yaml:"fault" json:"fault"`
	// The alarm that is expected in Prometheus.
	Alarm AlarmExpected `yaml:"alarm" json:"alarm"`
	// The notification that is expected at the receiver.
	Notification NotificationExpected `yaml:"notification" json:"notification"`
	// How the fault is mended: it is always undone, also when the drill fails or is interrupted.
	Repair Repair `yaml:"repair,omitempty" json:"repair,omitempty"`
	// The end that is expected: the alarm is gone and 'resolved' has been received on every channel.
	End End `yaml:"end" json:"end"`
	// What is expected of Grafana's own alerting, which sees the same fault; not watched when not given.
	Grafana *GrafanaExpected `yaml:"grafana,omitempty" json:"grafana,omitempty"`
	// What the report draws.
	Graph *Graph `yaml:"graph,omitempty" json:"graph,omitempty"`

	// file tells where values stand, for messages; nil in a Drill made by hand.
	file *strict.File
}

// Quiet is the key `quiet`.
type Quiet struct {
	// How long to wait for the rule to be evaluated, for the graph's data, and for an earlier alarm of the same rule to end; 1m when not given.
	Within strict.Duration `yaml:"within" json:"within"`
}

// AlarmExpected is the key `alarm`.
type AlarmExpected struct {
	// Time from the fault until the alarm fires.
	Within strict.Duration `yaml:"within" json:"within"`
	// Labels that the alarm must carry; it may have others too.
	Labels map[string]string `yaml:"labels,omitempty" json:"labels,omitempty"`
}

// NotificationExpected is the key `notification`.
type NotificationExpected struct {
	// Time from the alarm's firing until the notification is received on every channel.
	Within strict.Duration `yaml:"within" json:"within"`
	// Channels on which it must be received.
	Channels []string `yaml:"channels" json:"channels" jsonschema:"minItems=1,uniqueItems=true,enum=webhook,enum=mail"`
}

// GrafanaExpected is the key `grafana`: the alarm of the Grafana-managed rule of the same name, with the same labels.
type GrafanaExpected struct {
	// The alarm that is expected in Grafana.
	Alarm GrafanaAlarm `yaml:"alarm" json:"alarm"`
	// The notification that Grafana is expected to send.
	Notification NotificationExpected `yaml:"notification" json:"notification"`
	// The end that is expected: the alarm is gone in Grafana and it has sent 'resolved' on every channel.
	End End `yaml:"end" json:"end"`
}

// GrafanaAlarm is the key `grafana.alarm`.
type GrafanaAlarm struct {
	// Time from the fault until the alarm fires.
	Within strict.Duration `yaml:"within" json:"within"`
}

// Repair is the key `repair`.
type Repair struct {
	// How long the broken thing may take until it works again; 2m when not given.
	Within strict.Duration `yaml:"within" json:"within"`
}

// End is the key `end`.
type End struct {
	// Time from the beginning of the repair until 'resolved' is received on every channel.
	Within strict.Duration `yaml:"within" json:"within"`
}

// Graph is the key `graph`.
type Graph struct {
	// PromQL that gives one series, the one that the rule watches.
	Query string `yaml:"query" json:"query"`
	// Limit that the series crosses when the alarm goes off; drawn as a line.
	Threshold *float64 `yaml:"threshold,omitempty" json:"threshold,omitempty"`
	// Unit of the values, as it stands beside the axis.
	Unit string `yaml:"unit,omitempty" json:"unit,omitempty"`
}
