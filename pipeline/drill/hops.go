package drill

import (
	"context"
	"fmt"
	"time"
)

// untilFiring waits for the alarm of the rule: pending, then firing.
func (w *way) untilFiring(ctx context.Context) error {
	t, within := &w.result.Times, w.drill.Within.Alarm.Duration
	missing := func() string {
		if t.Pending == nil {
			return fmt.Sprintf("%s did not become pending within %s of the fault", w.alarmName(), within)
		}
		return fmt.Sprintf("%s was pending, but did not fire within %s of the fault", w.alarmName(), within)
	}
	return w.until(ctx, t.Fault.Add(within), missing, func(ctx context.Context) bool {
		w.lookRule(ctx)
		a := w.alarm()
		if a == nil {
			return false
		}
		if t.Pending == nil {
			// activeAt is the very evaluation; polling sees it a little later.
			t.Pending = exact(a.ActiveAt, *t.Fault)
			w.reached("pending", t.Fault, t.Pending)
		}
		if a.State != "firing" {
			return false
		}
		t.Firing = exact(time.Now(), *t.Pending)
		if a.ActiveAt.After(*t.Pending) { // Grafana moves it when the alarm fires
			t.Firing = exact(a.ActiveAt, *t.Pending)
		}
		w.reached("firing", t.Fault, t.Firing)
		return true
	})
}

// reached reports a hop, as in "firing after 6.2 s".
func (w *way) reached(hop string, from, to *time.Time) {
	w.progress("%s after %.1f s", hop, to.Sub(*from).Seconds())
}

// exact takes a time by a server's clock, which is finer than polling but may
// differ from ours: it is moved to where we know it must lie, after the hop
// before and not in the future.
func exact(at, after time.Time) *time.Time {
	if now := time.Now(); at.After(now) || at.IsZero() {
		at = now
	}
	if at.Before(after) {
		at = after
	}
	return &at
}

func earlier(a, b *time.Time) *time.Time {
	if a.Before(*b) {
		return a
	}
	return b
}
