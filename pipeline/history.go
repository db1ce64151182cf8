package pipeline

import (
	"context"
	"path/filepath"

	"firedrill/pipeline/event"
	"firedrill/pipeline/history"
	"firedrill/pipeline/report"
)

// stepHistory is the step that cannot be in the history: it has not ended.
const stepHistory = "history"

// remember adds the night to the history, and compares it with those before.
func (n *night) remember(ctx context.Context, _ event.Sink) error {
	before, warning, err := history.Read(n.o.History)
	if err != nil {
		return err
	}
	m := n.output.Model()
	tonight := nightOf(report.Summarize(m), m.Last.Sub(m.Run.Started).Seconds())
	tonight.Drift = n.differences
	n.result = trended(history.Trend(before, tonight), warning, filepath.Join(n.o.History, history.File))
	return history.Append(ctx, n.o.History, tonight)
}

// nightOf is what the history keeps of a run that is about to end. Only what
// passed has a time that can be compared.
func nightOf(s report.Summary, seconds float64) history.Night {
	n := history.Night{Status: string(report.Passed), Seconds: seconds, Steps: map[string]float64{}, Latencies: map[string]float64{}}
	if s.Run.Name != nil {
		n.Run = *s.Run.Name
	}
	if s.Run.Started != nil {
		n.Time = *s.Run.Started
	}
	for _, step := range s.Steps {
		switch {
		case step.Status == report.Failed:
			n.Status = string(report.Failed)
		case step.Status == report.Passed && step.Seconds != nil && step.Name != stepHistory:
			n.Steps[step.Name] = *step.Seconds
		}
	}
	for _, d := range s.Drills {
		if d.Status == report.Passed && d.Way != nil {
			latencies(n.Latencies, d.Name+" by "+*d.Way, d.Seconds)
		}
	}
	n.Coverage = covered(s.Coverage)
	return n
}

func latencies(into map[string]float64, drill string, l report.Latencies) {
	for what, seconds := range map[string]*float64{
		"fault to firing": l.FaultToFiring, "fault to notification": l.FaultToNotification, "repair to end": l.RepairToResolved,
	} {
		if seconds != nil {
			into[drill+": "+what] = *seconds
		}
	}
}

func covered(c report.CoverageSummary) (to history.Coverage) {
	if a := c.Alerts; a != nil {
		to.AlarmsSeen, to.Alarms = a.Seen, a.Shipped
	}
	if p := c.Panels; p != nil {
		to.PanelsWithData, to.Panels = p.WithData, p.Total
	}
	if l := c.Links; l != nil {
		to.LinksOK, to.Links = l.OK, l.Total
	}
	return to
}

func trended(all []history.Series, warning, file string) report.Trend {
	to := report.Trend{File: file, Warning: warning, Series: []report.TrendSeries{}}
	for _, s := range all {
		series := report.TrendSeries{Name: s.Name, Latency: s.Latency, Median: s.Median, Limit: s.Limit, Slower: s.Slower}
		for _, p := range s.Points {
			series.Points = append(series.Points, report.NewSample(p.Time, p.Seconds))
		}
		to.Series = append(to.Series, series)
	}
	return to
}
