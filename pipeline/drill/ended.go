package drill

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// untilEnded begins the repair and waits for the alarm's end in Prometheus and
// for 'resolved' on every channel.
func (r *run) untilEnded(ctx context.Context, mend *repair) error {
	t, within := &r.result.Times, r.drill.End.Within.Duration
	now := time.Now()
	t.Repair = &now
	r.task.Progress("repair begins")
	mend.begin(ctx)
	missing := func() string {
		if t.Ended == nil {
			return fmt.Sprintf("%s did not end within %s of the repair", r.alarmName(), within)
		}
		return fmt.Sprintf("%s ended, but 'resolved' was not received by %s within %s of the repair",
			r.alarmName(), strings.Join(r.drill.Notification.Channels, " and "), within)
	}
	return r.until(ctx, t.Repair.Add(within), missing, func(ctx context.Context) bool {
		if mend.failed() {
			return true // no use waiting; play reports the repair's error
		}
		if r.lookRule(ctx); t.Ended == nil && r.seen.ruleErr == nil && r.alarm() == nil {
			t.Ended = exact(time.Now(), *t.Repair)
			r.progress("ended", t.Repair, t.Ended)
		}
		r.lookInbox(ctx)
		got := r.received("resolved", *t.Repair)
		if t.Ended == nil || got == nil {
			return false
		}
		// The notification tells the evaluation at which the alarm ended.
		t.Ended = earlier(exact(got.first.alarm.EndsAt, *t.Repair), t.Ended)
		t.Resolved = exact(got.at, *t.Ended)
		r.progress("'resolved' received", t.Repair, t.Resolved)
		return true
	})
}
