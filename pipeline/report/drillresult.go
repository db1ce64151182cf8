package report

import "time"

// Drill is the result of one item of the step drill, also of a failed one as
// far as it got.
type Drill struct {
	Name string `json:"name"`
	Rule string `json:"rule"`
	// Ways are the ways by which the alarm is expected to come.
	Ways  []Way  `json:"ways"`
	Graph *Graph `json:"graph,omitempty"`
}

// Way is what a drill saw of the alarm on one way: prometheus (through
// Alertmanager) or grafana (by Grafana's own alerting).
type Way struct {
	Way    string `json:"way"`
	Status Status `json:"status"`
	// Error is why it failed.
	Error   string    `json:"error,omitempty"`
	Times   Times     `json:"times"`
	Seconds Latencies `json:"seconds"`
	// FloorSeconds is what the configured intervals alone may take from
	// fault to notification.
	FloorSeconds *float64 `json:"floor_seconds"`
	// Notifications are what the receiver got, one for each channel.
	Notifications []Notification `json:"notifications,omitempty"`
	// Links are those in the notifications, with what was found behind them.
	Links []Link `json:"links,omitempty"`
}

// Times are the moments of a way; one that was never reached is null. Fault
// and repair are the same on all ways of a drill.
type Times struct {
	Fault        *time.Time `json:"fault" jsonschema:"nullable"`
	Pending      *time.Time `json:"pending" jsonschema:"nullable"`
	Firing       *time.Time `json:"firing" jsonschema:"nullable"`
	Alertmanager *time.Time `json:"alertmanager" jsonschema:"nullable"`
	// Receiver is when the last channel had brought the notification.
	Receiver *time.Time `json:"receiver" jsonschema:"nullable"`
	Repair   *time.Time `json:"repair" jsonschema:"nullable"`
	// Ended is when the rule stopped firing, Resolved when the receiver heard
	// by the last channel.
	Ended    *time.Time `json:"ended" jsonschema:"nullable"`
	Resolved *time.Time `json:"resolved" jsonschema:"nullable"`
}

// Latencies are the seconds between the moments of a way.
type Latencies struct {
	FaultToPending      *float64 `json:"fault_to_pending" jsonschema:"nullable,minimum=0"`
	FaultToFiring       *float64 `json:"fault_to_firing" jsonschema:"nullable,minimum=0"`
	FaultToNotification *float64 `json:"fault_to_notification" jsonschema:"nullable,minimum=0"`
	RepairToResolved    *float64 `json:"repair_to_resolved" jsonschema:"nullable,minimum=0"`
}

// Notification is what the receiver got on one channel.
type Notification struct {
	// Channel is webhook or mail.
	Channel      string `json:"channel"`
	Receiver     string `json:"receiver,omitempty"`
	Summary      string `json:"summary"`
	RunbookURL   string `json:"runbook_url"`
	DashboardURL string `json:"dashboard_url"`
	// Received and Resolved are when this channel told of the alarm and of
	// its end.
	Received            *time.Time `json:"received"`
	Resolved            *time.Time `json:"resolved"`
	FaultToNotification *float64   `json:"fault_to_notification"`
	RepairToResolved    *float64   `json:"repair_to_resolved"`
}

// Link is the link of a notification after it was opened.
type Link struct {
	Channel string `json:"channel"`
	URL     string `json:"url"`
	// Dashboard and Panel are the titles of where it leads.
	Dashboard string `json:"dashboard,omitempty"`
	Panel     string `json:"panel,omitempty"`
	// Outcome is one of the words below.
	Outcome string `json:"outcome" jsonschema:"enum=opened,enum=no pages,enum=not opened,enum=broken"`
	Error   string `json:"error,omitempty"`
}

// The outcomes of a link. One without pages names a dashboard, a panel and
// variables that exist, in a Grafana that was built without its web pages. One
// that was not opened had no Grafana to be opened in.
const (
	LinkOpened    = "opened"
	LinkNoPages   = "no pages"
	LinkNotOpened = "not opened"
	LinkBroken    = "broken"
)

// Coverage is the result of the step drill as a whole.
type Coverage struct {
	Alerts *AlertCoverage `json:"alerts"`
	// Rules lists every alarm rule that is shipped.
	Rules []RuleCoverage `json:"rules,omitempty"`
}

// AlertCoverage counts rules that a drill saw fire and end.
type AlertCoverage struct {
	Seen    int `json:"seen" jsonschema:"minimum=0"`
	Shipped int `json:"shipped" jsonschema:"minimum=0"`
}

// RuleCoverage says of one rule what the drills saw.
type RuleCoverage struct {
	Rule string `json:"rule"`
	// Drill is the drill that is about this rule, empty if none is.
	Drill string `json:"drill,omitempty"`
	Fired bool   `json:"fired"`
	Ended bool   `json:"ended"`
}
