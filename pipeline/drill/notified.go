package drill

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// untilNotified watches the alarm from the fault until every channel has
// received it, and looks at what it says.
func (w *way) untilNotified(ctx context.Context) error {
	if err := w.untilFiring(ctx); err != nil {
		return err
	}
	if err := w.untilReceived(ctx); err != nil {
		return err
	}
	w.readFloor(ctx)
	// What the notifications lack fails the way, but its end is watched all the
	// same: one run then tells everything.
	w.errs = append(w.errs, w.checkNotifications())
	return nil
}

// untilReceived waits for the alarm in the Alertmanager and on every channel.
func (w *way) untilReceived(ctx context.Context) error {
	t, within := &w.result.Times, w.drill.Within.Notification.Duration
	var got []message
	missing := func() string {
		if t.Alertmanager == nil && w.alertmanager != nil {
			return fmt.Sprintf("%s fired, but %s did not have it within %s", w.alarmName(), w.name, within)
		}
		return fmt.Sprintf("%s fired and %s had it, but it was not received by %s within %s",
			w.alarmName(), w.name, w.lacking(got), within)
	}
	return w.until(ctx, t.Firing.Add(within), missing, func(ctx context.Context) bool {
		w.lookAlertmanager(ctx)
		if held := w.held(); t.Alertmanager == nil && held != nil {
			w.arrived = *held
			// Who evaluates tells the Alertmanager at which evaluation it fired.
			t.Firing = earlier(exact(held.StartsAt, *t.Pending), t.Firing)
			t.Alertmanager = exact(held.UpdatedAt, *t.Firing)
			w.reached("held by "+w.name, t.Fault, t.Alertmanager)
		}
		w.lookInbox(ctx)
		got = w.received("firing", *t.Fault)
		w.keep(got)
		if t.Alertmanager == nil && w.alertmanager != nil || !w.complete(got) {
			return false
		}
		t.Receiver = exact(last(got), *t.Firing)
		if t.Alertmanager != nil {
			t.Alertmanager = earlier(t.Alertmanager, t.Receiver)
		}
		w.reached("notified by "+strings.Join(w.drill.Channels, " and "), t.Fault, t.Receiver)
		return true
	})
}

// keep puts what the notifications said into the result.
func (w *way) keep(messages []message) {
	t := w.result.Times
	w.result.Notifications = w.result.Notifications[:0]
	for _, m := range messages {
		at := exact(m.note.Received, *t.Firing)
		w.result.Notifications = append(w.result.Notifications, Notification{
			Channel: m.note.Channel, Receiver: m.note.Receiver,
			Summary:      m.alarm.Annotations["summary"],
			RunbookURL:   m.alarm.Annotations["runbook_url"],
			DashboardURL: m.alarm.Annotations["dashboard_url"],
			Received:     at, FaultToNotification: between(t.Fault, at),
		})
	}
}

// keepResolved adds to the result when each channel heard of the end.
func (w *way) keepResolved(messages []message) {
	t := w.result.Times
	for _, m := range messages {
		i := slices.IndexFunc(w.result.Notifications, func(n Notification) bool { return n.Channel == m.note.Channel })
		at := exact(m.note.Received, *t.Repair)
		w.result.Notifications[i].Resolved = at
		w.result.Notifications[i].RepairToResolved = between(t.Repair, at)
	}
}

// checkNotifications wants everything in each notification that a person needs
// who is woken by it.
func (w *way) checkNotifications() error {
	var errs []error
	for _, n := range w.result.Notifications {
		if strings.TrimSpace(n.Summary) == "" {
			errs = append(errs, fmt.Errorf("the %s of %s has no summary; give rule %s that annotation, and %s's message a line for it",
				n.Channel, w.alarmName(), w.drill.Rule, w.name))
		}
		for i, link := range []string{n.RunbookURL, n.DashboardURL} {
			u, err := url.Parse(link)
			if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
				errs = append(errs, fmt.Errorf("the %s of %s has %s %q, which is no absolute http(s) URL; correct that annotation of rule %s",
					n.Channel, w.alarmName(), links[i], link, w.drill.Rule))
			}
		}
	}
	return errors.Join(errs...)
}
