// Package clock reads times as Grafana writes them: now-1h, now/d, milliseconds
// since 1970, or RFC 3339.
package clock

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

var (
	fromNow = regexp.MustCompile(`^now((?:[-+]\d+[smhdwMy])*)(?:/([smhdwMy]))?$`)
	step    = regexp.MustCompile(`([-+]\d+)([smhdwMy])`)
)

// Relative tells whether a time goes along with the clock.
func Relative(text string) bool { return fromNow.MatchString(text) }

// From reads the time at which a span starts: now/d is when the day of now began.
func From(text string, now time.Time) (time.Time, error) { return parse(text, now, false) }

// To reads the time at which a span ends: now/d is the last moment of the day of
// now.
func To(text string, now time.Time) (time.Time, error) { return parse(text, now, true) }

func parse(text string, now time.Time, end bool) (time.Time, error) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.UnixMilli(ms), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	m := fromNow.FindStringSubmatch(text)
	if m == nil {
		return now, fmt.Errorf("time %q: wanted such as now-1h, now/d, 2006-01-02T15:04:05Z, or milliseconds since 1970", text)
	}
	at := now.UTC()
	for _, s := range step.FindAllStringSubmatch(m[1], -1) {
		n, err := strconv.Atoi(s[1])
		if err != nil {
			return now, fmt.Errorf("time %q: %w", text, err)
		}
		at = move(at, n, s[2])
	}
	if unit := m[2]; unit != "" {
		at = start(at, unit)
		if end {
			at = move(at, 1, unit).Add(-time.Millisecond)
		}
	}
	return at, nil
}

// move goes n units on, or back.
func move(t time.Time, n int, unit string) time.Time {
	switch unit {
	case "d":
		return t.AddDate(0, 0, n)
	case "w":
		return t.AddDate(0, 0, 7*n)
	case "M":
		return t.AddDate(0, n, 0)
	case "y":
		return t.AddDate(n, 0, 0)
	}
	return t.Add(time.Duration(n) * map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[unit])
}

// start is when the unit that t is in began.
func start(t time.Time, unit string) time.Time {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	switch unit {
	case "d":
		return day
	case "w":
		return day.AddDate(0, 0, -int(t.Weekday()))
	case "M":
		return day.AddDate(0, 0, 1-t.Day())
	case "y":
		return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, t.Location())
	}
	return t.Truncate(map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[unit])
}
