package drill

import (
	"time"

	"firedrill/pipeline/drill/server"
)

// channels are the ways by which inbox receives notifications whose content a
// drill can read.
func channels() []string { return []string{"webhook"} }

// message is an alarm in a notification.
type message struct {
	note  server.Notification
	alarm server.Notified
}

// delivery is a status that every channel has received: the first channel's
// message, and the time of the last.
type delivery struct {
	first message
	at    time.Time
}

// received returns the delivery of the alarm with that status since a time, or
// nil while a channel lacks it.
func (r *run) received(status string, since time.Time) *delivery {
	var d *delivery
	for _, channel := range r.drill.Notification.Channels {
		m := r.firstMessage(channel, status, since)
		switch {
		case m == nil:
			return nil
		case d == nil:
			d = &delivery{first: *m, at: m.note.Received}
		case m.note.Received.After(d.at):
			d.at = m.note.Received
		}
	}
	return d
}

// firstMessage is the first notification of the drill's alarm that a channel
// received, with that status, since a time; nil for none.
func (r *run) firstMessage(channel, status string, since time.Time) *message {
	for _, n := range r.seen.notes {
		if n.Channel != channel || n.Received.Before(since) {
			continue
		}
		for _, a := range n.Alarms {
			if a.Status == status && a.Labels["alertname"] == r.drill.Rule && r.expects(a.Labels) {
				return &message{note: n, alarm: a}
			}
		}
	}
	return nil
}
