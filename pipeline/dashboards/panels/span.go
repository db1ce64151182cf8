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

// CheckTime refuses what Grafana does not take for a time; "" is none.
func CheckTime(from, to string, now time.Time) error {
	_, errFrom := clock.From(cmp.Or(from, "now"), now)
	_, errTo := clock.To(cmp.Or(to, "now"), now)
	return errors.Join(errFrom, errTo)
}

// checkTime tells of a wrong time once, not for each dashboard.
func (o Options) checkTime() error {
	return CheckTime(o.From, o.To, o.Now())
}

func (s span) interval() time.Duration {
	return max(s.to.Sub(s.from)/points, time.Second).Round(time.Second)
}

func milliseconds(t time.Time) string { return fmt.Sprint(t.UnixMilli()) }
