package pipeline

import (
	"slices"
	"time"

	"firedrill/pipeline/drill"
	"firedrill/pipeline/report"
	"firedrill/pipeline/rules"
	"firedrill/pipeline/server"
)

func drilled(r drill.Result) report.Drill {
	d := report.Drill{
		Name: r.Name, About: r.About, Rule: r.Rule, Began: moment(r.Began), Ended: moment(r.Ended),
		Disturbs: r.Disturbs, Faults: r.Faults, During: r.During, Onset: (*report.Onset)(r.Onset),
		Visits: (*report.Visits)(r.Visits),
	}
	for _, w := range r.Ways {
		d.Ways = append(d.Ways, watched(w))
	}
	for _, a := range r.Also {
		d.Also = append(d.Also, report.SeenAlarm(a))
	}
	for _, a := range r.Noise {
		d.Noise = append(d.Noise, report.SeenAlarm(a))
	}
	for _, f := range r.Flaps {
		d.Flaps = append(d.Flaps, report.Flap(f))
	}
	for _, n := range r.Duplicates {
		d.Duplicates = append(d.Duplicates, report.Duplicate(n))
	}
	if g := r.Graph; g != nil {
		d.Graph = &report.Graph{
			Query: g.Query, Threshold: g.Threshold, Unit: g.Unit, Samples: samples(g.Samples),
			Limit: g.Limit, LimitSamples: samples(g.LimitSamples),
		}
	}
	return d
}

// moment is nil for a time that was never set.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func samples(from []server.Sample) []report.Sample {
	var list []report.Sample
	for _, s := range from {
		list = append(list, report.NewSample(s.Time, s.Value))
	}
	return list
}

func watched(w drill.WayResult) report.Way {
	way := report.Way{
		Way: w.Way, Status: report.Status(w.Status), Error: w.Error, FloorSeconds: w.FloorSeconds,
		Floor: (*report.Floor)(w.Floor), Ratio: w.Ratio, Times: report.Times(w.Times), Seconds: report.Latencies(w.Seconds),
	}
	for _, n := range w.Notifications {
		way.Notifications = append(way.Notifications, report.Notification(n))
	}
	for _, l := range w.Links {
		way.Links = append(way.Links, report.Link(l))
	}
	return way
}

// alertCoverage turns the coverage into what the report understands, with what the
// policy wants; 0 is nothing.
func alertCoverage(c rules.Coverage, policy rules.CoveragePolicy) report.Coverage {
	to := report.Coverage{Alerts: &report.AlertCoverage{Seen: c.Seen, Shipped: len(c.Rules)}, Ratio: policy.Ratio}
	if policy.Alarms > 0 {
		to.Alerts.Goal = &policy.Alarms
	}
	for _, r := range c.Rules {
		row := report.RuleCoverage{Rule: r.Rule, By: r.By, Fired: r.Fired, Ended: r.Ended, Otherwise: r.Otherwise}
		for _, d := range r.Drills {
			// One that was repeated is there as often as it was held.
			if !slices.Contains(row.Drills, d.Drill) {
				row.Drills = append(row.Drills, d.Drill)
			}
		}
		to.Rules = append(to.Rules, row)
	}
	return to
}
