package panels

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"firedrill/pipeline/dashboards/clock"
)

// span is the time that is looked at.
type span struct{ from, to time.Time }

func (c *check) span(timeFrom string) (span, error) {
	from := cmp.Or(c.o.From, c.dashboard.Content.Time.From, "now-6h")
	to := cmp.Or(c.o.To, c.dashboard.Content.Time.To, "now")
	if timeFrom != "" { // of the panel alone
		from, to = "now-"+timeFrom, "now"
	}
	now := c.o.Now()
	var s span
	var errs [2]error
	s.from, errs[0] = clock.From(from, now)
	s.to, errs[1] = clock.To(to, now)
	if err := errors.Join(errs[:]...); err != nil {
		return s, err
	}
	if !s.from.Before(s.to) {
		return s, fmt.Errorf("the time from %s to %s is empty", s.from.Format(time.RFC3339), s.to.Format(time.RFC3339))
	}
	return s, nil
}

// checkTime tells of a wrong time once, not for each dashboard.
func (o Options) checkTime() error {
	_, from := clock.From(cmp.Or(o.From, "now"), o.Now())
	_, to := clock.To(cmp.Or(o.To, "now"), o.Now())
	return errors.Join(from, to)
}

func (s span) interval() time.Duration {
	return max(s.to.Sub(s.from)/points, time.Second).Round(time.Second)
}

func milliseconds(t time.Time) string { return fmt.Sprint(t.UnixMilli()) }
