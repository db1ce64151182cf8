package drill

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errNotRepaired is a way's error when its end could not be seen because the
// repair failed; what that was is the drill's error.
var errNotRepaired = errors.New("its end was not seen, because the fault was not undone")

// untilEnded waits, after the repair has begun, for the alarm's end where the
// rule is evaluated and for 'resolved' on every channel.
func (w *way) untilEnded(ctx context.Context, mend *repair) error {
	t, within := &w.result.Times, w.drill.Within.End.Duration
	var got []message
	missing := func() string {
		if t.Ended == nil {
			return fmt.Sprintf("%s did not end within %s of the repair", w.alarmName(), within)
		}
		return fmt.Sprintf("%s ended, but 'resolved' was not received by %s within %s of the repair",
			w.alarmName(), w.lacking(got), within)
	}
	err := w.until(ctx, t.Repair.Add(within), missing, func(ctx context.Context) bool {
		if mend.failed() {
			return true // no use waiting
		}
		if w.lookRule(ctx); t.Ended == nil && w.seen.ruleErr == nil && w.alarm() == nil {
			t.Ended = exact(time.Now(), *t.Repair)
			w.reached("ended", t.Repair, t.Ended)
		}
		w.lookInbox(ctx)
		got = w.received("resolved", *t.Repair)
		w.keepResolved(got)
		if t.Ended == nil || !w.complete(got) {
			return false
		}
		// A webhook tells the evaluation at which the alarm ended.
		for _, m := range got {
			t.Ended = earlier(exact(m.alarm.EndsAt, *t.Repair), t.Ended)
		}
		t.Resolved = exact(last(got), *t.Ended)
		w.reached("'resolved' received", t.Repair, t.Resolved)
		return true
	})
	if err == nil && t.Resolved == nil {
		return errNotRepaired
	}
	return err
}
