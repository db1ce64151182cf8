package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// outcome is what of summary.json is told.
type outcome struct {
	Run    part
	Steps  []part
	Drills []drill
}

type part struct {
	Name, Status string
	Seconds      float64
}

// drill is a drill by one way; a moment that was not reached is null.
type drill struct {
	Name, Status, Way string
	Seconds           struct {
		Notified *float64 `json:"fault_to_notification"`
		Resolved *float64 `json:"repair_to_resolved"`
	}
}

// Summary tells in lines what summary.json holds: the run and each step, with how
// it ended and how long it took, then each drill with how long its alarm took.
func Summary(text string) (string, error) {
	var o outcome
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return "", fmt.Errorf("read the run's summary.json: %w", err)
	}
	var b strings.Builder
	tell := func(kind string, parts ...part) {
		for _, p := range parts {
			fmt.Fprintf(&b, "%s %s: %s, %.1f s\n", kind, p.Name, p.Status, p.Seconds)
		}
	}
	tell("run", o.Run)
	tell("step", o.Steps...)
	for _, d := range o.Drills {
		fmt.Fprintf(&b, "drill %s by %s: %s, notified after %s, resolved after %s\n",
			d.Name, d.Way, d.Status, seconds(d.Seconds.Notified), seconds(d.Seconds.Resolved))
	}
	return b.String(), nil
}

func seconds(s *float64) string {
	if s == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f s", *s)
}

// Tail is the end of a log, for a run that came to no report.
func Tail(log string) string {
	lines := strings.Split(strings.TrimRight(log, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n") + "\n"
}

// Said is what a command said that writes no report: what it found, such as drill
// --dry-run, and the end of its log.
func Said(found, log string) string {
	if log == "" {
		return found
	}
	return found + Tail(log)
}

// Refused says what firedrill found wrong before it did anything.
func Refused(log string) error {
	return errors.New(strings.TrimRight(Tail(log), "\n") + "\nnothing was made, so there is no report, with --keep-going neither")
}

// Failed says which run failed and how its report is had: by its name the run
// is found again and need not be repeated. A service, such as a Docker elsewhere, is
// another one in each session, so that a run beside it is never found again.
func Failed(function string, o Options, status int, summary string) error {
	again := fmt.Sprintf("the report, without another run: dagger call --name %s %s --keep-going report export --path out, with the other options as before", o.Name, function)
	if o.Docker {
		again = "with --docker no run is found again by its name; --keep-going gives the report of the next one"
	}
	return fmt.Errorf("%s failed with exit status %d\n%s\n%s", function, status, strings.TrimRight(summary, "\n"), again)
}
