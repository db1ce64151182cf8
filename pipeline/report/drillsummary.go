package report

import "time"

// DrillSummary is what a drill saw on one way. A drill that watches two ways
// stands here twice.
type DrillSummary struct {
	Name         string           `json:"name"`
	Rule         *string          `json:"rule" jsonschema:"nullable"`
	Status       Status           `json:"status" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=unfinished" jsonschema_description:"Of the drill, so the same for each of its ways: noise or a flap fails it though every way did its part."`
	WayStatus    *Status          `json:"way_status" jsonschema:"nullable,enum=passed,enum=failed,enum=skipped,enum=unfinished" jsonschema_description:"Of this way; null for a drill that did not get as far."`
	Way          *string          `json:"way" jsonschema:"nullable" jsonschema_description:"prometheus or loki (through Alertmanager), grafana (by its own alerting) or inbox (by itself); null for a drill that did not get as far."`
	Seconds      Latencies        `json:"seconds" jsonschema_description:"Each null if that moment was not reached."`
	FloorSeconds *float64         `json:"floor_seconds" jsonschema:"nullable,minimum=0" jsonschema_description:"What the configured intervals alone may take from fault to notification."`
	Ratio        *float64         `json:"ratio" jsonschema:"nullable,minimum=0" jsonschema_description:"Seconds from fault to notification, divided by the floor."`
	Times        Times            `json:"times"`
	Began        *time.Time       `json:"began" jsonschema:"nullable" jsonschema_description:"When the drill's own work began, after its turn had come."`
	Ended        *time.Time       `json:"ended" jsonschema:"nullable" jsonschema_description:"When all of its work was done."`
	Channels     []ChannelSummary `json:"channels" jsonschema_description:"The notifications, one for each channel that brought one."`
	Links        []Link           `json:"links" jsonschema_description:"The links of the notifications."`
	Visits       *Visits          `json:"visits" jsonschema:"nullable" jsonschema_description:"What somebody saw who asked for an app all the time; null for nobody."`
	Also         []SeenAlarm      `json:"also" jsonschema_description:"Alarms that the drill announces and that fired besides. This and what follows, as visits, is the drill's, so the same for each of its ways."`
	Noise        []SeenAlarm      `json:"noise" jsonschema_description:"Alarms that it does not announce; one fails the drill."`
	Flaps        []Flap           `json:"flaps" jsonschema_description:"Times at which the alarm did not stay as it was; one fails the drill."`
	Duplicates   []Duplicate      `json:"duplicates" jsonschema_description:"Notifications that came more than once."`
}

// ChannelSummary is the notification that one channel brought.
type ChannelSummary struct {
	Channel             string   `json:"channel" jsonschema_description:"webhook or mail."`
	FaultToNotification *float64 `json:"fault_to_notification" jsonschema:"nullable,minimum=0"`
	RepairToResolved    *float64 `json:"repair_to_resolved" jsonschema:"nullable,minimum=0"`
}

func drills(m *Model) []DrillSummary {
	list := []DrillSummary{}
	for _, o := range heldDrills(m) {
		r := o.Result
		d := DrillSummary{
			Name: o.Name, Rule: known(r.Rule), Status: o.Status, Channels: []ChannelSummary{}, Links: []Link{},
			Began: r.Began, Ended: r.Ended, Visits: r.Visits, Also: append([]SeenAlarm{}, r.Also...), Noise: append([]SeenAlarm{}, r.Noise...),
			Flaps: append([]Flap{}, r.Flaps...), Duplicates: append([]Duplicate{}, r.Duplicates...),
		}
		if len(o.Result.Ways) == 0 {
			list = append(list, d)
		}
		for _, w := range o.Result.Ways {
			list = append(list, d.by(w))
		}
	}
	return list
}

// by is the drill as it was seen on one of its ways.
func (d DrillSummary) by(w Way) DrillSummary {
	d.Way, d.WayStatus, d.Seconds, d.FloorSeconds, d.Ratio, d.Times = known(w.Way), &w.Status, w.Seconds, w.FloorSeconds, w.Ratio, w.Times
	d.Links = append([]Link{}, w.Links...)
	for _, n := range w.Notifications {
		d.Channels = append(d.Channels, ChannelSummary{n.Channel, n.FaultToNotification, n.RepairToResolved})
	}
	return d
}
