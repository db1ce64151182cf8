package report

import "sort"

// DrillSummary is one drill.
type DrillSummary struct {
	Name   string       `json:"name"`
	Rule   *string      `json:"rule" jsonschema:"nullable"`
	Status Status       `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished"`
	Ways   []WaySummary `json:"ways" jsonschema_description:"One for each way by which the alarm was expected."`
}

// WaySummary is what a drill saw on one way.
type WaySummary struct {
	Way          string           `json:"way" jsonschema_description:"prometheus (through Alertmanager) or grafana (by its own alerting)."`
	Status       Status           `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished"`
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
		d := DrillSummary{Name: o.Name, Rule: known(o.Result.Rule), Status: o.Status, Ways: []WaySummary{}}
		for _, w := range o.Result.Ways {
			d.Ways = append(d.Ways, way(w))
		}
		list = append(list, d)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

func way(w Way) WaySummary {
	s := WaySummary{
		Way: w.Way, Status: w.Status, Seconds: w.Seconds, FloorSeconds: w.FloorSeconds, Times: w.Times,
		Channels: []ChannelSummary{}, Links: append([]Link{}, w.Links...),
	}
	for _, n := range w.Notifications {
		s.Channels = append(s.Channels, ChannelSummary{n.Channel, n.FaultToNotification, n.RepairToResolved})
	}
	return s
}
