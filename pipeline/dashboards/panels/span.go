package panels

import (
	"errors"
	"fmt"
	"time"
)

// span is the time that is looked at.
type span struct{ from, to time.Time }

func (c *check) span(timeFrom string) (span, error) {
	from, to := c.dashboard.Content.Time.From, c.dashboard.Content.Time.To
	if c.o.From != "" {
		from = c.o.From
	}
	if c.o.To != "" {
		to = c.o.To
	}
	if timeFrom != "" { // of the panel alone
		from, to = "now-"+timeFrom, "now"
	}
	now := c.o.Now()
	var s span
	var errs [2]error
	s.from, errs[0] = parseTime(from, "now-6h", now, false)
	s.to, errs[1] = parseTime(to, "now", now, true)
	if err := errors.Join(errs[:]...); err != nil {
		return s, err
	}
	if !s.from.Before(s.to) {
		return s, fmt.Errorf("the time from %s to %s is empty", s.from.Format(time.RFC3339), s.to.Format(time.RFC3339))
	}
	return s, nil
}

func (s span) interval() time.Duration {
	return max(s.to.Sub(s.from)/points, time.Second).Round(time.Second)
}

func milliseconds(t time.Time) string { return fmt.Sprint(t.UnixMilli()) }
