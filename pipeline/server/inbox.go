package server

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"
)

// Notification is one message that inbox received.
type Notification struct {
	ID int64
	// Channel is how it came: "webhook" or "mail".
	Channel string
	// Receiver is the last element of the webhook's path, or the mail's recipient.
	Receiver string
	// Received is the time by this machine's clock, not by inbox's.
	Received time.Time
	// Alarms are those in the body of a webhook of Alertmanager or Grafana, or
	// in the text of a mail; empty for what is neither.
	Alarms []Notified
}

// Notified is an alarm as a notification tells of it.
type Notified struct {
	// Status is "firing" or "resolved", of this alarm: a notification can
	// tell of several.
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"`
	// Text is what a mail says of it, in which not every label need be listed.
	Text string `json:"-"`
}

// Inbox asks the inbox server what it received.
type Inbox struct{ proxy *Proxy }

// NewInbox returns a client for the server behind p.
func NewInbox(p *Proxy) *Inbox { return &Inbox{proxy: p} }

// received is inbox's answer.
type received struct {
	Now           time.Time `json:"now"`
	Last          int64     `json:"last"`
	Notifications []struct {
		ID       int64           `json:"id"`
		Received time.Time       `json:"received"`
		Channel  string          `json:"channel"`
		Receiver string          `json:"receiver"`
		Status   string          `json:"status"`
		Body     json.RawMessage `json:"body"`
		Mail     *Mail           `json:"mail"`
	} `json:"notifications"`

	asked time.Time
	took  time.Duration
}

// Since returns the notifications whose id is greater than id, oldest first, and
// the id for the next question. An inbox that was started anew, whose ids begin
// at 1 again, gives all that it has: nothing of that was read before.
func (i *Inbox) Since(ctx context.Context, id int64) (notes []Notification, last int64, err error) {
	answer, err := i.ask(ctx, id)
	if err == nil && answer.Last < id {
		answer, err = i.ask(ctx, 0)
	}
	if err != nil {
		return nil, id, err
	}
	return answer.notifications(), answer.Last, nil
}

func (i *Inbox) ask(ctx context.Context, id int64) (received, error) {
	answer := received{asked: time.Now()}
	query := url.Values{"since": {strconv.FormatInt(id, 10)}}
	err := i.proxy.get(ctx, "/api/v1/notifications", query, &answer)
	answer.took = time.Since(answer.asked)
	return answer, err
}

// notifications are those of the answer by this machine's clock, which may differ
// from inbox's: its own time at the answer is compared with the middle between
// request and answer here, and the times of receipt are moved by the difference.
func (r received) notifications() []Notification {
	skew := r.Now.Sub(r.asked.Add(r.took / 2))
	got := make([]Notification, len(r.Notifications))
	for k, n := range r.Notifications {
		got[k] = Notification{
			ID: n.ID, Channel: n.Channel, Receiver: n.Receiver,
			Received: n.Received.Add(-skew), Alarms: notified(n.Body),
		}
		if n.Mail != nil {
			got[k].Alarms = n.Mail.alarms(n.Status)
		}
	}
	return got
}

// notified reads the alarms out of the body of Alertmanager's webhook or
// Grafana's, which is alike. inbox keeps any JSON; what is no such body tells of
// no alarm.
func notified(body json.RawMessage) []Notified {
	var webhook struct {
		Alerts []Notified `json:"alerts"`
	}
	if json.Unmarshal(body, &webhook) != nil {
		return nil
	}
	return webhook.Alerts
}
