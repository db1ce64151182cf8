package drill

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// beforeFault is how much of the time before the fault a panel is asked for.
const beforeFault = time.Minute

// Panels asks panels of dashboards what they show.
type Panels interface {
	Ask(ctx context.Context, q PanelQuery) ([]Shown, error)
}

// PanelQuery is a panel as a link opens it.
type PanelQuery struct {
	// Dashboard is the uid, Panel the id of the panel in it.
	Dashboard, Panel string
	// Variables are the values that the link chooses.
	Variables map[string][]string
	From, To  time.Time
}

// Shown is a series or a line of a log that a panel shows, with the times at
// which there was something.
type Shown struct {
	Labels map[string]string
	Times  []time.Time
}

// shownSince is when the fault was set, and when the alarm fired at the earliest.
type shownSince struct{ fault, firing time.Time }

// showsFailing wants that the panel shows a series or a line of what fails,
// after the alarm has fired. Labels that only one of series and alarm has are no
// contradiction: a panel may aggregate, and a rule may add.
func showsFailing(ctx context.Context, panels Panels, q PanelQuery, labels map[string]string, firing time.Time) error {
	shown, err := panels.Ask(ctx, q)
	if err != nil {
		return fmt.Errorf("its queries failed: %w", err)
	}
	// Lines and samples lie on a grid of their own: what was there at the last
	// point before the firing shows the failure as well.
	since := firing.Add(-q.To.Sub(q.From) / gridPoints)
	others, early := []string{}, []string{}
	for _, s := range shown {
		if differs := contradiction(s.Labels, labels); differs != "" {
			others = append(others, differs)
			continue
		}
		if slices.ContainsFunc(s.Times, func(t time.Time) bool { return !t.Before(since) }) {
			return nil
		}
		early = append(early, name("", s.Labels))
	}
	between := fmt.Sprintf("from %s to %s", clock(q.From), clock(q.To))
	switch {
	case len(shown) == 0:
		return fmt.Errorf("it shows nothing %s", between)
	case len(early) > 0:
		return fmt.Errorf("it shows %s %s, but nothing since the alarm fired at %s", some(early), between, clock(firing))
	}
	return fmt.Errorf("it shows %d series or lines %s, none of the alarm's: %s", len(shown), between, some(others))
}

// gridPoints is a low bound of the points over which a panel spreads its time.
const gridPoints = 60

// contradiction names the first label that both have and that is not the same,
// "" for none.
func contradiction(series, alarm map[string]string) string {
	for _, label := range slices.Sorted(maps.Keys(series)) {
		if want, both := alarm[label]; both && label != "alertname" && want != series[label] {
			return fmt.Sprintf("%s=%q where the alarm has %q", label, series[label], want)
		}
	}
	return ""
}

// some lists a few of many, each once.
func some(all []string) string {
	const most = 3
	slices.Sort(all)
	all = slices.Compact(all)
	text := strings.Join(all[:min(len(all), most)], "; ")
	if more := len(all) - most; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
