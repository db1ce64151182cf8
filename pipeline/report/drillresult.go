package report

import "time"

// Drill is the result of one item of the step drill, also of a failed one as
// far as it got.
type Drill struct {
	Name  string `json:"name"`
	About string `json:"about,omitempty"`
	Rule  string `json:"rule"`
	// Began and Ended are when the drill's own work began, after its turn had
	// come, and when all of it was done.
	Began *time.Time `json:"began,omitempty"`
	Ended *time.Time `json:"ended,omitempty"`
	// Disturbs is what others must not use meanwhile.
	Disturbs []string `json:"disturbs,omitempty"`
	// Faults and During say what was broken, the latter while the alarm fired.
	Faults []string `json:"faults,omitempty"`
	During []string `json:"during,omitempty"`
	Onset  *Onset   `json:"onset,omitempty"`
	// Ways are the ways by which the alarm is expected to come.
	Ways []Way `json:"ways"`
	// Visits is what somebody saw who asked for an app all the time.
	Visits *Visits `json:"visits,omitempty"`
	// Also, Noise, Flaps and Duplicates are what came besides.
	Also       []SeenAlarm `json:"also,omitempty"`
	Noise      []SeenAlarm `json:"noise,omitempty"`
	Flaps      []Flap      `json:"flaps,omitempty"`
	Duplicates []Duplicate `json:"duplicates,omitempty"`
	Graph      *Graph      `json:"graph,omitempty"`
}

// Onset is what the system itself takes until what the fault breaks is broken.
type Onset struct {
	Seconds float64 `json:"seconds"`
	Because string  `json:"because"`
}

// Way is what a drill saw of the alarm on one way: prometheus or loki (through
// Alertmanager), grafana (by Grafana's own alerting) or inbox (by itself).
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
	// Floor is what it consists of.
	Floor *Floor `json:"floor,omitempty"`
	// Ratio is what it took, divided by the floor.
	Ratio *float64 `json:"ratio,omitempty"`
	// Notifications are what the receiver got, one for each channel.
	Notifications []Notification `json:"notifications,omitempty"`
	// Links are those in the notifications, with what was found behind them.
	Links []Link `json:"links,omitempty"`
}

// Floor is what each part is configured to wait, in seconds, after what the
// fault took until it had its effect.
type Floor struct {
	Effect     float64 `json:"effect"`
	Onset      float64 `json:"onset"`
	Scrape     float64 `json:"scrape"`
	Range      float64 `json:"range"`
	Evaluation float64 `json:"evaluation"`
	For        float64 `json:"for"`
	GroupWait  float64 `json:"group_wait"`
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
