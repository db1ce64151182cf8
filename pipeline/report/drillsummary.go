package report

import "sort"

// DrillSummary is what a drill saw on one way. A drill that watches two ways
// stands here twice.
type DrillSummary struct {
	Name         string           `json:"name"`
	Rule         *string          `json:"rule" jsonschema:"nullable"`
	Status       Status           `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished" jsonschema_description:"Of this way; of the drill where it did not get as far."`
	Way          *string          `json:"way" jsonschema:"nullable" jsonschema_description:"prometheus (through Alertmanager) or grafana (by its own alerting); null for a drill that did not get as far."`
	Seconds      Latencies        `json:"seconds" jsonschema_description:"Each null if that moment was not reached."`
	FloorSeconds *float64         `json:"floor_seconds" jsonschema:"nullable,minimum=0" jsonschema_description:"What the configured intervals alone may take from fault to notification."`
	Times        Times            `json:"times"`
	Channels     []ChannelSummary `json:"channels" jsonschema_description:"The notifications, one for each channel that brought one."`
	Links        []Link           `json:"links" jsonschema_description:"The links of the notifications."`
}

// ChannelSummary is the notification that one channel brought.
type ChannelSummary struct {
	Channel             string   `json:"channel" jsonschema_description:"webhook or mail."`
	FaultToNotification *float64 `json:"fault_to_notification" jsonschema:"nullable,minimum=0"`
	RepairToResolved    *float64 `json:"repair_to_resolved" jsonschema:"nullable,minimum=0"`
}

func drills(m *Model) []DrillSummary {
	list := []DrillSummary{}
	for _, o := range outcomes[Drill](m, stepDrill) {
		d := DrillSummary{Name: o.Name, Rule: known(o.Result.Rule), Status: o.Status, Channels: []ChannelSummary{}, Links: []Link{}}
		if len(o.Result.Ways) == 0 {
			list = append(list, d)
		}
		for _, w := range o.Result.Ways {
			list = append(list, d.by(w))
		}
	}
	// Stable, so that the ways of a drill keep their order.
	sort.SliceStable(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// by is the drill as it was seen on one of its ways.
func (d DrillSummary) by(w Way) DrillSummary {
	d.Way, d.Status, d.Seconds, d.FloorSeconds, d.Times = known(w.Way), w.Status, w.Seconds, w.FloorSeconds, w.Times
	d.Links = append([]Link{}, w.Links...)
	for _, n := range w.Notifications {
		d.Channels = append(d.Channels, ChannelSummary{n.Channel, n.FaultToNotification, n.RepairToResolved})
	}
	return d
}
