package plan

import (
	"encoding/json"
	"fmt"
	"strings"
)

// outcome is what of summary.json is told.
type outcome struct {
	Run           part
	Steps, Drills []part
}

type part struct {
	Name, Status string
	Seconds      float64
}

// Summary tells in lines what summary.json holds: the run, then each step and
// each drill, with how it ended and how long it took.
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
	tell("drill", o.Drills...)
	return b.String(), nil
}

// Tail is the end of a log, for a run that came to no report.
func Tail(log string) string {
	lines := strings.Split(strings.TrimRight(log, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n") + "\n"
}

// Failed says which run failed and how its report is had: by its name the run
// is found again and need not be repeated.
func Failed(function, name string, status int, summary string) error {
	return fmt.Errorf("%s failed with exit status %d\n%s\nthe report, without another run: dagger call --name %s %s --keep-going report export --path out, with the other options as before",
		function, status, strings.TrimRight(summary, "\n"), name, function)
}
