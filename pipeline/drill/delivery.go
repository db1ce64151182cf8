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
		for _, a := range n.Alarms {
			if a.Status == status && w.expects(a) {
				return &message{note: n, alarm: a}
			}
		}
	}
	return nil
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
