package report

import (
	"math"
	"time"
)

// The values that the pipeline puts into event.Event.Result. Which type
// belongs to which step is said in decode.go. A nil pointer is something that
// the run did not do or did not see: it stays null in summary.json.

// Run is the result of the step "run". Sent with its Started event, it also
// names a run that is killed later.
type Run struct {
	Name      string `json:"name"`
	HostCores int    `json:"host_cores"`
}

// Check is the result of one item of the step machine.
type Check struct {
	Name string `json:"name"`
	// Status is the checker's own word, such as ok, lack or fixed.
	Status string `json:"status"`
	// Found is what the machine has.
	Found string `json:"found"`
	// Fix is what to do about a lack, empty if there is none.
	Fix string `json:"fix,omitempty"`
}

// Image is the result of one item of the step images.
type Image struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
	// Source is how the image was come by: built, cached or pulled.
	Source  string  `json:"source"`
	Seconds float64 `json:"seconds"`
	Bytes   int64   `json:"bytes,omitempty"`
}

// Release is the result of one item of the step deploy.
type Release struct {
	Name      string  `json:"name"`
	Namespace string  `json:"namespace"`
	Chart     string  `json:"chart"`
	Seconds   float64 `json:"seconds"`
	// Ready lists the objects that were waited for, in the order in which
	// they became ready.
	Ready []Ready `json:"ready,omitempty"`
}

// Ready is an object of a release and how long it took to become ready.
type Ready struct {
	// Object is kind/name, such as Deployment/website.
	Object  string  `json:"object"`
	Seconds float64 `json:"seconds"`
}

// Drill is the result of one item of the step drill, also of a failed one as
// far as it got.
type Drill struct {
	Name string `json:"name"`
	Rule string `json:"rule"`
	// Way is the path the alarm took, such as alertmanager.
	Way     string    `json:"way"`
	Times   Times     `json:"times"`
	Seconds Latencies `json:"seconds"`
	// FloorSeconds is what the configured intervals alone may take from
	// fault to notification.
	FloorSeconds *float64      `json:"floor_seconds"`
	Graph        *Graph        `json:"graph,omitempty"`
	Notification *Notification `json:"notification,omitempty"`
}

// Times are the moments of a drill; one that was never reached is null.
type Times struct {
	Fault        *time.Time `json:"fault" jsonschema:"nullable"`
	Pending      *time.Time `json:"pending" jsonschema:"nullable"`
	Firing       *time.Time `json:"firing" jsonschema:"nullable"`
	Alertmanager *time.Time `json:"alertmanager" jsonschema:"nullable"`
	Receiver     *time.Time `json:"receiver" jsonschema:"nullable"`
	Repair       *time.Time `json:"repair" jsonschema:"nullable"`
	// Ended is when the rule stopped firing, Resolved when the receiver heard.
	Ended    *time.Time `json:"ended" jsonschema:"nullable"`
	Resolved *time.Time `json:"resolved" jsonschema:"nullable"`
}

// Latencies are the seconds between the moments of a drill.
type Latencies struct {
	FaultToPending      *float64 `json:"fault_to_pending" jsonschema:"nullable,minimum=0"`
	FaultToFiring       *float64 `json:"fault_to_firing" jsonschema:"nullable,minimum=0"`
	FaultToNotification *float64 `json:"fault_to_notification" jsonschema:"nullable,minimum=0"`
	RepairToResolved    *float64 `json:"repair_to_resolved" jsonschema:"nullable,minimum=0"`
}

// Graph is what the rule looked at while the drill went on.
type Graph struct {
	Query     string   `json:"query"`
	Threshold *float64 `json:"threshold"`
	Unit      string   `json:"unit,omitempty"`
	Samples   []Sample `json:"samples"`
}

// Sample is one value of a graph; a null value is a gap.
type Sample struct {
	Time  time.Time `json:"time"`
	Value *float64  `json:"value"`
}

// NewSample makes a sample. NaN and infinities, which JSON does not have,
// become a gap.
func NewSample(t time.Time, value float64) Sample {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return Sample{Time: t}
	}
	return Sample{Time: t, Value: &value}
}

// At is t, or nil for the zero time: a moment that was not reached.
func At(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Notification is what the receiver got.
type Notification struct {
	Channel      string `json:"channel,omitempty"`
	Receiver     string `json:"receiver,omitempty"`
	Summary      string `json:"summary"`
	Description  string `json:"description,omitempty"`
	RunbookURL   string `json:"runbook_url"`
	DashboardURL string `json:"dashboard_url"`
}

// Coverage is the result of the step drill or dashboards as a whole, each
// with the parts it knows.
type Coverage struct {
	Alerts *AlertCoverage `json:"alerts"`
	Panels *PanelCoverage `json:"panels"`
	Links  *LinkCoverage  `json:"links"`
	// Rules lists every alarm rule that is shipped.
	Rules []RuleCoverage `json:"rules,omitempty"`
}

// AlertCoverage counts rules that a drill saw fire and end.
type AlertCoverage struct {
	Seen    int `json:"seen" jsonschema:"minimum=0"`
	Shipped int `json:"shipped" jsonschema:"minimum=0"`
}

// PanelCoverage counts panels whose queries returned data.
type PanelCoverage struct {
	WithData int `json:"with_data" jsonschema:"minimum=0"`
	Total    int `json:"total" jsonschema:"minimum=0"`
}

// LinkCoverage counts links of notifications that lead somewhere.
type LinkCoverage struct {
	OK    int `json:"ok" jsonschema:"minimum=0"`
	Total int `json:"total" jsonschema:"minimum=0"`
}

// RuleCoverage says of one rule what the drills saw.
type RuleCoverage struct {
	Rule string `json:"rule"`
	// Drill is the drill that is about this rule, empty if none is.
	Drill string `json:"drill,omitempty"`
	Fired bool   `json:"fired"`
	Ended bool   `json:"ended"`
}

// Findings is the result of the step scan as a whole.
type Findings struct {
	Critical int `json:"critical" jsonschema:"minimum=0"`
	High     int `json:"high" jsonschema:"minimum=0"`
	Medium   int `json:"medium" jsonschema:"minimum=0"`
	Low      int `json:"low" jsonschema:"minimum=0"`
	Excepted int `json:"excepted" jsonschema:"minimum=0"`
}
