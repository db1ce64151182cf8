package drill

import (
	"time"

	"firedrill/pipeline/server"
)

// The values of Result.Status and WayResult.Status.
const (
	Passed = "passed"
	Failed = "failed"
)

// The ways by which an alarm can travel.
const (
	// WayPrometheus is from Prometheus through Alertmanager.
	WayPrometheus = "prometheus"
	// WayGrafana is Grafana's own alerting.
	WayGrafana = "grafana"
)

// Result is what a drill found, as it stands in summary.json. What was not
// reached is null.
type Result struct {
	Name  string `json:"name"`
	About string `json:"about,omitempty"`
	Rule  string `json:"rule"`
	// Status is Passed only if every way passed and the fault was undone.
	Status string `json:"status"`
	// Ways are those that the drill file names, Prometheus' first.
	Ways  []WayResult `json:"ways"`
	Graph *Drawn      `json:"graph"`
	Error string      `json:"error,omitempty"`
}

// WayResult is what was seen of one way.
type WayResult struct {
	Way     string  `json:"way"`
	Status  string  `json:"status"`
	Times   Times   `json:"times"`
	Seconds Seconds `json:"seconds"`
	// FloorSeconds is the sum of Floor: the time from fault to notification
	// that the configuration allows in the worst case.
	FloorSeconds *float64 `json:"floor_seconds"`
	Floor        *Floor   `json:"floor"`
	// Notifications are what each channel received, in the drill file's order.
	Notifications []Notification `json:"notifications"`
	Links         []Link         `json:"links"`
	// Error is this way's own; empty when the drill failed before it began.
	Error string `json:"error,omitempty"`
}

// Times are when the alarm reached each hop, in the order in which it does.
type Times struct {
	// Fault, as Repair, is the same for every way.
	Fault   *time.Time `json:"fault"`
	Pending *time.Time `json:"pending"`
	Firing  *time.Time `json:"firing"`
	// Alertmanager is the one of the way: Grafana has its own.
	Alertmanager *time.Time `json:"alertmanager"`
	// Receiver is when the last of the channels had received the alarm.
	Receiver *time.Time `json:"receiver"`
	Repair   *time.Time `json:"repair"`
	// Ended is when the alarm ended where the rule is evaluated, Resolved when
	// the last of the channels had received 'resolved'.
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

// Notification is what a person would have read on one channel, and when.
type Notification struct {
	Channel             string     `json:"channel"`
	Receiver            string     `json:"receiver"`
	Summary             string     `json:"summary"`
	RunbookURL          string     `json:"runbook_url"`
	DashboardURL        string     `json:"dashboard_url"`
	Received            *time.Time `json:"received"`
	Resolved            *time.Time `json:"resolved"`
	FaultToNotification *float64   `json:"fault_to_notification"`
	RepairToResolved    *float64   `json:"repair_to_resolved"`
}

// The values of Link.Outcome.
const (
	// Opened is a link that leads to its panel.
	Opened = "opened"
	// NoPages is one that would, but this Grafana has no web pages.
	NoPages = "no pages"
	// NotOpened is one that nobody looked at, because no Grafana is known.
	NotOpened = "not opened"
	// Broken is one that leads nowhere; it fails the drill.
	Broken = "broken"
)

// Link is a dashboard_url that a notification brought, and what it leads to.
type Link struct {
	Channel string `json:"channel"`
	URL     string `json:"url"`
	// Dashboard and Panel are titles, empty for what was not found.
	Dashboard string `json:"dashboard"`
	Panel     string `json:"panel"`
	Outcome   string `json:"outcome"`
	Error     string `json:"error,omitempty"`
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
