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
	// WayLoki is from Loki's ruler through Alertmanager.
	WayLoki = "loki"
	// WayInbox is inbox itself, which judges what does not reach it.
	WayInbox = "inbox"
)

// Result is what a drill found. What was not reached is nil.
type Result struct {
	Name  string `json:"name"`
	About string `json:"about,omitempty"`
	Rule  string `json:"rule"`
	// Status is Passed only if every way passed, every fault was undone and
	// nothing came that was not announced.
	Status string `json:"status"`
	// Began and Ended are when the drill's own work began, after its turn had
	// come, and when all of it was done.
	Began time.Time `json:"began"`
	Ended time.Time `json:"ended"`
	// Disturbs are the keys of the drill file, in order.
	Disturbs []string `json:"disturbs"`
	// Faults and During say what was broken, in the order in which it was.
	Faults []string `json:"faults"`
	During []string `json:"during"`
	// Onset is part of every way's floor; null for none.
	Onset *OnsetTaken `json:"onset"`
	// Ways are those that were watched, in the order of the constants.
	Ways []WayResult `json:"ways"`
	// Also are the announced alarms that fired besides the drill's own.
	Also []SeenAlarm `json:"also"`
	// Visits is what somebody saw who asked for an app all the time; nil for nobody.
	Visits *Visited `json:"visits,omitempty"`
	// Noise are alarms that fired without being announced; one fails the drill.
	Noise []SeenAlarm `json:"noise"`
	// Flaps are the times at which the alarm did not stay as it was; one fails
	// the drill.
	Flaps []Flap `json:"flaps"`
	// Duplicates are notifications that came more than once.
	Duplicates []Duplicate `json:"duplicates"`
	Graph      *Drawn      `json:"graph"`
	Error      string      `json:"error,omitempty"`
}

// OnsetTaken is what the drill file says of the onset.
type OnsetTaken struct {
	Seconds float64 `json:"seconds"`
	Because string  `json:"because"`
}

// SeenAlarm is an alarm that fired while the drill lasted.
type SeenAlarm struct {
	// By is who evaluates its rule: prometheus, grafana, loki or inbox.
	By     string            `json:"by"`
	Rule   string            `json:"rule"`
	Labels map[string]string `json:"labels"`
	// Summary is the alarm's own, empty where it has none.
	Summary string `json:"summary,omitempty"`
	// Value is that of the expression, as its evaluator writes it.
	Value string `json:"value,omitempty"`
	// Since is when its expression first held.
	Since time.Time `json:"since"`
}

// Flap is an alarm that ended before the repair began, or fired again after
// its end, or of which people were told so.
type Flap struct {
	Way    string            `json:"way"`
	Labels map[string]string `json:"labels"`
	// Ended is when it was gone, Again when it fired once more; null for one
	// that did not.
	Ended time.Time  `json:"ended"`
	Again *time.Time `json:"again"`
}

// Duplicate is a notification whose content came more than once: the same
// alarms in the same state to the same receiver.
type Duplicate struct {
	Receiver string `json:"receiver"`
	Channel  string `json:"channel"`
	Status   string `json:"status"`
	// Alarms are those of the notification, as Prometheus writes them.
	Alarms []string `json:"alarms"`
	// Count is how often it came; 2 or more.
	Count int `json:"count"`
}

// WayResult is what was seen of one way.
type WayResult struct {
	Way     string  `json:"way"`
	Status  string  `json:"status"`
	Times   Times   `json:"times"`
	Seconds Seconds `json:"seconds"`
	// FloorSeconds is the sum of Floor: the time from fault to notification
	// that the configuration allows in the worst case. Ratio is what it took,
	// divided by that.
	FloorSeconds *float64 `json:"floor_seconds"`
	Floor        *Floor   `json:"floor"`
	Ratio        *float64 `json:"ratio"`
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
	// Alertmanager is the one of the way: Grafana has its own, inbox none.
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
	// Effect is how long the fault took until it had its effect, as the cluster
	// tells: until so much memory was taken, say. 0 for faults that have it at once.
	Effect float64 `json:"effect"`
	// Onset is what the drill file says that the system itself takes.
	Onset float64 `json:"onset"`
	// Scrape is the longest scrape interval of the jobs that the rule reads; 0
	// for a rule that reads no series of Prometheus.
	Scrape float64 `json:"scrape"`
	// Range is the longest window in the rule's expression that has to fill.
	Range float64 `json:"range"`
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

// Drawn is the graph of the drill with its data.
type Drawn struct {
	Query     string          `json:"query"`
	Threshold *float64        `json:"threshold"`
	Unit      string          `json:"unit,omitempty"`
	Samples   []server.Sample `json:"samples"`
	// Limit is the second curve; LimitSamples is empty where there is none.
	Limit        string          `json:"limit,omitempty"`
	LimitSamples []server.Sample `json:"limit_samples,omitempty"`
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
