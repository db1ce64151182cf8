package drill

import (
	"slices"
	"strings"
	"time"

	"firedrill/pipeline/server"
)

// channels are the ways by which inbox receives notifications.
func channels() []string { return []string{"webhook", "mail"} }

// message is an alarm in a notification.
type message struct {
	note  server.Notification
	alarm server.Notified
}

// received returns the first message of the drill's alarm with that status
// since a time, of every channel that has one, in the drill's order.
func (w *way) received(status string, since time.Time) []message {
	var messages []message
	for _, channel := range w.drill.Channels {
		if m := w.firstMessage(channel, status, since); m != nil {
			messages = append(messages, *m)
		}
	}
	return messages
}

// complete tells whether every channel has a message.
func (w *way) complete(messages []message) bool {
	return len(messages) == len(w.drill.Channels)
}

// lacking names the channels that have no message, and their receiver.
func (w *way) lacking(messages []message) string {
	missing := slices.DeleteFunc(slices.Clone(w.drill.Channels), func(channel string) bool {
		return slices.ContainsFunc(messages, func(m message) bool { return m.note.Channel == channel })
	})
	return strings.Join(missing, " and ") + " for receiver " + w.receiver
}

// last is when the last of the channels had its message.
func last(messages []message) time.Time {
	return slices.MaxFunc(messages, func(a, b message) int {
		return a.note.Received.Compare(b.note.Received)
	}).note.Received
}

func (w *way) firstMessage(channel, status string, since time.Time) *message {
	for _, n := range w.seen.notes {
		if n.Channel != channel || n.Received.Before(since) || !w.sent(n) {
			continue
		}
		if a := w.told(n, status); a != nil {
			return &message{note: n, alarm: *a}
		}
	}
	return nil
}

// told is the drill's own alarm with that status, as a notification tells of it;
// nil for none. While another instance of it fires in the same notification, it
// has not ended; of several that have, the last one's end is that of the alarm.
func (w *way) told(n server.Notification, status string) *server.Notified {
	var found *server.Notified
	for i, a := range n.Alarms {
		switch {
		case !w.own(a):
		case a.Status == "firing" && status == "resolved":
			return nil
		case a.Status == status && (found == nil || status == "resolved" && a.EndsAt.After(found.EndsAt)):
			found = &n.Alarms[i]
		}
	}
	return found
}

// sent tells whether the notification came by this way. That is told by its
// receiver: the last element of a webhook's path, or a mail's local part.
func (w *way) sent(n server.Notification) bool {
	name, _, _ := strings.Cut(n.Receiver, "@")
	return name == w.receiver
}

// expects tells whether a notification speaks of the drill's alarm.
func (w *way) expects(a server.Notified) bool {
	return a.Is(w.drill.Rule, w.drill.Labels)
}

// own tells whether a notification speaks of the drill's alarm of this fault.
func (w *way) own(a server.Notified) bool { return w.expects(a) && !w.old(a) }

// startsApart is how much earlier the drill's own alarm may be said to begin than
// its Alertmanager first said, besides an evaluation of another replica: mails
// give whole seconds.
const startsApart = 2 * time.Second

// old tells whether the alarm began before that of this fault. Who evaluates rules
// repeats for minutes that an alarm has ended, and the Alertmanager then tells it
// beside what fires now.
func (w *way) old(a server.Notified) bool {
	if a.StartsAt.IsZero() || w.arrived.StartsAt.IsZero() {
		return false // nobody says when
	}
	return a.StartsAt.Before(w.arrived.StartsAt.Add(-startsApart - w.seen.rule.Interval))
}
