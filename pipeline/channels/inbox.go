package channels

import (
	"context"
	"strings"

	"firedrill/pipeline/server"
)

// lastOf is the highest id in inbox, before anything is sent.
func lastOf(ctx context.Context, inbox Inbox) (last int64, err error) {
	if inbox == nil {
		return 0, nil
	}
	_, last, err = inbox.Since(ctx, 0)
	return last, err
}

// markReceived tells of each result whether inbox has the notification, each of
// which counts for one result. Who sent it shows in inbox's name of the receiver,
// which is part of the address.
func markReceived(ctx context.Context, o Options, last int64, results []Result) error {
	if o.Inbox == nil {
		return nil
	}
	notes, _, err := o.Inbox.Since(ctx, last)
	counted := map[int64]bool{}
	for i := range results {
		r := &results[i]
		for _, n := range notes {
			if r.Delivered && !r.Inbox && !counted[n.ID] && channelOf(r.Integration) == n.Channel && comesFrom(n, *r) && carries(n, o.Mark) {
				r.Inbox, counted[n.ID] = true, true
			}
		}
	}
	return err
}

// channelOf is inbox's word for an integration.
func channelOf(integration string) string {
	if integration == "email" {
		return "mail"
	}
	return "webhook" // Slack's and Teams' are such, too
}

// comesFrom tells by the alarm's own label, which mails need not list, and else
// by the address, that the sender is the result's.
func comesFrom(n server.Notification, r Result) bool {
	for _, a := range n.Alarms {
		if receiver, labelled := a.Labels[server.ReceiverLabel]; labelled {
			return receiver == r.Receiver
		}
	}
	name, _, _ := strings.Cut(n.Receiver, "@")
	return name == r.By || name == r.Receiver
}

func carries(n server.Notification, mark string) bool {
	for _, a := range n.Alarms {
		if strings.Contains(a.Annotations["summary"], mark) || strings.Contains(a.Text, mark) {
			return true
		}
	}
	return false
}
