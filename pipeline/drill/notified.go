package drill

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// untilNotified waits for the alarm in Alertmanager and on every channel.
func (r *run) untilNotified(ctx context.Context) error {
	t, within := &r.result.Times, r.drill.Notification.Within.Duration
	missing := func() string {
		if t.Alertmanager == nil {
			return fmt.Sprintf("%s fired, but Alertmanager did not have it within %s", r.alarmName(), within)
		}
		return fmt.Sprintf("%s fired and Alertmanager had it, but it was not received by %s within %s",
			r.alarmName(), strings.Join(r.drill.Notification.Channels, " and "), within)
	}
	return r.until(ctx, t.Firing.Add(within), missing, func(ctx context.Context) bool {
		r.lookAlertmanager(ctx)
		if held := r.held(); t.Alertmanager == nil && held != nil {
			r.arrived = *held
			// Prometheus tells Alertmanager the evaluation at which it fired.
			t.Firing = earlier(exact(held.StartsAt, *t.Pending), t.Firing)
			t.Alertmanager = exact(held.UpdatedAt, *t.Firing)
			r.progress("held by Alertmanager", t.Fault, t.Alertmanager)
		}
		r.lookInbox(ctx)
		got := r.received("firing", *t.Fault)
		if t.Alertmanager == nil || got == nil {
			return false
		}
		t.Receiver = exact(got.at, *t.Firing)
		t.Alertmanager = earlier(t.Alertmanager, t.Receiver)
		r.keep(got.first)
		r.progress("notified by "+strings.Join(r.drill.Notification.Channels, " and "), t.Fault, t.Receiver)
		return true
	})
}

// keep puts what the notification said into the result.
func (r *run) keep(m message) {
	r.result.Notification = &Notification{
		Channel: m.note.Channel, Receiver: m.note.Receiver,
		Summary:      m.alarm.Annotations["summary"],
		RunbookURL:   m.alarm.Annotations["runbook_url"],
		DashboardURL: m.alarm.Annotations["dashboard_url"],
	}
}

// checkNotification wants everything in the notification that a person needs
// who is woken by it.
func (r *run) checkNotification() error {
	var errs []error
	n := r.result.Notification
	if strings.TrimSpace(n.Summary) == "" {
		errs = append(errs, fmt.Errorf("the notification of %s has no summary; give rule %s that annotation", r.alarmName(), r.drill.Rule))
	}
	for i, link := range []string{n.RunbookURL, n.DashboardURL} {
		u, err := url.Parse(link)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			errs = append(errs, fmt.Errorf("the notification of %s has %s %q, which is no absolute http(s) URL; correct that annotation of rule %s",
				r.alarmName(), links[i], link, r.drill.Rule))
		}
	}
	return errors.Join(errs...)
}
