package report

import (
	"sort"
	"strconv"
	"strings"
	"time"
)

// SeenAlarm is an alarm that fired during a drill without being its own: one
// that the drill announces, or noise, which fails it.
type SeenAlarm struct {
	// By is who evaluates its rule: prometheus, grafana, loki or inbox.
	By      string            `json:"by"`
	Rule    string            `json:"rule"`
	Labels  map[string]string `json:"labels" jsonschema:"nullable"`
	Summary string            `json:"summary,omitempty"`
	// Value is that of the expression, as its evaluator writes it.
	Value string    `json:"value,omitempty"`
	Since time.Time `json:"since"`
}

// Flap is an alarm that ended before the repair, or fired again after its end.
type Flap struct {
	Way    string            `json:"way"`
	Labels map[string]string `json:"labels" jsonschema:"nullable"`
	Ended  time.Time         `json:"ended"`
	// Again is when it fired once more; null for one that did not.
	Again *time.Time `json:"again" jsonschema:"nullable"`
}

// Duplicate is a notification that came more than once: the same alarms in the
// same state to the same receiver.
type Duplicate struct {
	Receiver string `json:"receiver"`
	Channel  string `json:"channel"`
	Status   string `json:"status"`
	// Alarms are those of the notification, as Prometheus writes them.
	Alarms []string `json:"alarms" jsonschema:"nullable"`
	Count  int      `json:"count" jsonschema:"minimum=2"`
}

// String is such as `PodCrashLooping{namespace="demo"} by prometheus`.
func (a SeenAlarm) String() string {
	text := a.Rule + labelled(a.Labels)
	if a.By != "" {
		text += " by " + a.By
	}
	if a.Value != "" {
		text += ", value " + a.Value
	}
	return text
}

// String tells when the alarm went and whether it came back.
func (f Flap) String() string {
	text := f.Way + labelled(f.Labels) + " ended at " + hour(f.Ended)
	if f.Again != nil {
		return text + " and fired again at " + hour(*f.Again)
	}
	return text + ", before the repair"
}

// String tells what came how often.
func (d Duplicate) String() string {
	text := d.Status + " " + strings.Join(d.Alarms, ", ") + " came " + strconv.Itoa(d.Count) + " times by " + d.Channel
	if d.Receiver != "" {
		text += " to " + d.Receiver
	}
	return text
}

// labelled writes labels as Prometheus does, empty for none.
func labelled(labels map[string]string) string {
	if len(labels) == 0 {
		return ""
	}
	var list []string
	for name, value := range labels {
		if name != "alertname" {
			list = append(list, name+"="+strconv.Quote(value))
		}
	}
	sort.Strings(list)
	return "{" + strings.Join(list, ", ") + "}"
}

// beside is one thing that came besides the alarm, in words.
type beside struct{ Kind, Text string }

// besides lists the noise, the flaps and the duplicates of a drill, as far as
// the messages given do not tell of them.
func (d Drill) besides(told ...string) []beside {
	var all, list []beside
	for _, a := range d.Noise {
		all = append(all, beside{"noise", a.String()})
	}
	for _, f := range d.Flaps {
		all = append(all, beside{"flap", f.String()})
	}
	for _, n := range d.Duplicates {
		all = append(all, beside{"duplicate", n.String()})
	}
	for _, b := range all {
		if !strings.Contains(strings.Join(told, "\n"), b.Text) {
			list = append(list, b)
		}
	}
	return list
}
