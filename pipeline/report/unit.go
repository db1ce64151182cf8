package report

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// unit writes values as Grafana's id of a unit means them.
type unit struct {
	id       string
	decimals *int
	// now is what a time "5 minutes ago" is told from.
	now time.Time
}

// seconds of one of the units of time.
var timeUnits = map[string]float64{
	"ns": 1e-9, "µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400,
	"dtdurations": 1, "dtdurationms": 1e-3, "clocks": 1, "clockms": 1e-3,
}

var words = map[string][2]string{"bool": {"False", "True"}, "bool_yes_no": {"No", "Yes"}, "bool_on_off": {"Off", "On"}}

// known tells whether values of the unit are written in a way of their own.
func (u unit) known() bool {
	_, prefixes := u.scale()
	return u.id != "" && (prefixes || timeUnits[u.id] > 0 || u.id == "percent" || u.id == "percentunit")
}

// format writes a value with its unit.
func (u unit) format(v float64) string {
	if w, ok := words[u.id]; ok {
		if v == 0 {
			return w[0]
		}
		return w[1]
	}
	if s, ok := timeUnits[u.id]; ok {
		return u.duration(v * s)
	}
	if s, ok := u.scale(); ok {
		power := s.power(v)
		return u.digits(v*s.factor/math.Pow(s.base, float64(power))) + strings.TrimRight(s.prefixes[power]+s.suffix, " ")
	}
	kind, text, _ := strings.Cut(u.id, ":")
	switch kind {
	case "none":
		return u.digits(v)
	case "percent":
		return u.digits(v) + " %"
	case "percentunit":
		return u.digits(v*100) + " %"
	case "celsius":
		return u.digits(v) + " °C"
	case "dateTimeFromNow":
		return humanize.RelTime(time.UnixMilli(int64(v)), u.now, "ago", "from now")
	case "locale":
		return humanize.Commaf(v)
	case "prefix":
		return text + u.digits(v)
	case "suffix":
		return u.digits(v) + " " + strings.TrimSpace(text)
	}
	if strings.HasPrefix(kind, "dateTime") {
		return time.UnixMilli(int64(v)).UTC().Format("2006-01-02 15:04:05")
	}
	return u.digits(v) + " " + u.id
}

// step is what the marks of an axis up to v are round numbers of.
func (u unit) step(v float64) float64 {
	if s, ok := u.scale(); ok {
		return math.Pow(s.base, float64(s.power(v))) / s.factor
	}
	if s, ok := timeUnits[u.id]; ok {
		return timeStepOf(math.Abs(v*s)) / s
	}
	return 1
}

// finest is the smallest part of a step that its wanted decimals can tell; 0 if
// they can tell any.
func (u unit) finest() float64 {
	if u.decimals == nil {
		return 0
	}
	part := math.Pow10(-*u.decimals)
	if u.id == "percentunit" {
		part /= 100
	}
	return part
}

var durations = []struct {
	seconds float64
	name    string
}{{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}}

// timeStepOf is the unit in which that many seconds are told.
func timeStepOf(seconds float64) float64 {
	for _, d := range durations {
		if seconds >= d.seconds {
			return d.seconds
		}
	}
	return 1
}

func (u unit) duration(seconds float64) string {
	for _, d := range durations {
		if math.Abs(seconds) >= d.seconds {
			return u.digits(seconds/d.seconds) + " " + d.name
		}
	}
	return u.digits(seconds) + " s"
}

// digits is a number with as many decimals as wanted, or three digits that
// say something.
func (u unit) digits(v float64) string {
	switch abs := math.Abs(v); {
	case abs >= 1e15:
		return strconv.FormatFloat(v, 'g', 3, 64)
	case u.decimals != nil:
		return strconv.FormatFloat(v, 'f', *u.decimals, 64)
	case abs >= 100 || v == math.Trunc(v):
		return strconv.FormatFloat(v, 'f', 0, 64)
	case abs >= 10:
		return humanize.FtoaWithDigits(math.Round(v*10)/10, 1)
	case abs >= 0.01:
		return humanize.FtoaWithDigits(math.Round(v*100)/100, 2)
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}
