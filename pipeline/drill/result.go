package drill

import (
	"time"

	"firedrill/pipeline/drill/server"
)

// The values of Result.Status.
const (
	Passed = "passed"
	Failed = "failed"
)

// Result is what a drill found, as it stands in summary.json. What was not
// reached is null.
type Result struct {
	Name   string `json:"name"`
	About  string `json:"about,omitempty"`
	Rule   string `json:"rule"`
	Status string `json:"status"`
	// Way is who notified: "alertmanager".
	Way     string  `json:"way"`
	Times   Times   `json:"times"`
	Seconds Seconds `json:"seconds"`
	// FloorSeconds is the sum of Floor: the time from fault to notification
	// that the configuration allows in the worst case.
	FloorSeconds *float64 `json:"floor_seconds"`
	Floor        *Floor   `json:"floor"`
	// Notification is what the first channel's first firing notification said.
	Notification *Notification `json:"notification"`
	Graph        *Drawn        `json:"graph"`
	Error        string        `json:"error,omitempty"`
}

// Times are when the alarm reached each hop, in the order in which it does.
type Times struct {
	Fault        *time.Time `json:"fault"`
	Pending      *time.Time `json:"pending"`
	Firing       *time.Time `json:"firing"`
	Alertmanager *time.Time `json:"alertmanager"`
	// Receiver is when the last of the channels had received the alarm.
	Receiver *time.Time `json:"receiver"`
	Repair   *time.Time `json:"repair"`
	// Ended is when the alarm ended in Prometheus, Resolved when the last of
	// the channels had received 'resolved'.
	Ended    *time.Time `json:"ended"`
	Resolved *time.Time `json:"resolved"`
}

// Seconds are the latencies that a drill measures.
type Seconds struct {
	FaultToPending      *float64 `json:"fault_to_pending"`
	FaultToFiring       *float64 `json:"fault_to_firing"`
	FaultToNotification *float64 `json:"fault_to_notification"`
	RepairToResolved    *float64 `json:"repair_to_resolved"`
}

// Floor is what the servers are configured to wait, each in seconds.
type Floor struct {
	// Scrape is the longest scrape interval of the jobs that the rule reads.
	Scrape float64 `json:"scrape"`
	// Evaluation is the interval of the rule's group.
	Evaluation float64 `json:"evaluation"`
	// For is the rule's `for`, rounded up to whole evaluations, because an
	// alarm fires at an evaluation only.
	For float64 `json:"for"`
	// GroupWait is the longest of the routes to the alarm's receivers.
	GroupWait float64 `json:"group_wait"`
}

// Notification is what a person would have read.
type Notification struct {
	Channel      string `json:"channel"`
	Receiver     string `json:"receiver"`
	Summary      string `json:"summary"`
	RunbookURL   string `json:"runbook_url"`
	DashboardURL string `json:"dashboard_url"`
}

// Drawn is the graph of the drill with its data.
type Drawn struct {
	Query     string          `json:"query"`
	Threshold *float64        `json:"threshold"`
	Unit      string          `json:"unit,omitempty"`
	Samples   []server.Sample `json:"samples"`
}

// measure computes the latencies from the times that were reached.
func (t Times) measure() Seconds {
	return Seconds{
		FaultToPending:      between(t.Fault, t.Pending),
		FaultToFiring:       between(t.Fault, t.Firing),
		FaultToNotification: between(t.Fault, t.Receiver),
		RepairToResolved:    between(t.Repair, t.Resolved),
	}
}

func between(from, to *time.Time) *float64 {
	if from == nil || to == nil {
		return nil
	}
	s := to.Sub(*from).Seconds()
	return &s
}
