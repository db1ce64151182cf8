package drill

import (
	"errors"
	"fmt"

	"firedrill/pipeline/server"
)

// toldFlaps are the times at which people were told that the alarm has ended before
// the repair began, or that it fires after its end. Who evaluates the rule may
// have seen nothing of it: an Alertmanager that is told too late of what fires takes
// it for ended. Who is disturbed may forget what fired; that is not the alarm's doing.
func (w *way) toldFlaps() []Flap {
	if w.drill.claim(nil).takesAll() || share(w.drill.Disturbs, used([]string{w.result.Way})) {
		return nil
	}
	var flaps []Flap
	for _, n := range w.seen.notes {
		if n.Channel != "webhook" || !w.sent(n) {
			continue
		}
		switch {
		case w.tooEarly(n):
			flaps = append(flaps, Flap{Way: w.result.Way, Labels: w.drill.Labels, Ended: n.Received})
		case w.again(n):
			flaps = append(flaps, Flap{Way: w.result.Way, Labels: w.drill.Labels, Ended: *w.result.Times.Resolved, Again: &n.Received})
		}
	}
	return flaps
}

// tooEarly tells whether the alarm's end was told before the repair began.
func (w *way) tooEarly(n server.Notification) bool {
	t := w.result.Times
	return t.Receiver != nil && t.Repair != nil && n.Received.After(*t.Receiver) && n.Received.Before(*t.Repair) &&
		w.told(n, "resolved") != nil
}

// again tells whether it was told to fire after every channel had told its end.
func (w *way) again(n server.Notification) bool {
	t := w.result.Times
	return t.Resolved != nil && n.Received.After(*t.Resolved) && w.told(n, "firing") != nil
}

// toldError says what people have read.
func (f Flap) toldError(rule string) error {
	what := fmt.Sprintf("the alarm flaps: by way %s, people were told ", f.Way)
	if f.Again == nil {
		return errors.New(what + fmt.Sprintf("at %s that %s has ended, before the repair began", clock(f.Ended), name(rule, f.Labels)))
	}
	return errors.New(what + fmt.Sprintf("at %s that %s fires, after they were told of its end at %s", clock(*f.Again), name(rule, f.Labels), clock(f.Ended)))
}
