package pipeline

import (
	"slices"
	"strings"

	"firedrill/pipeline/dashboards/panels"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/logs"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/report"
	"firedrill/pipeline/usage"
)

// translate turns the steps' results into what the report understands, so that
// neither knows the other.
func translate(sink event.Sink) event.Sink {
	return func(e event.Event) {
		switch r := e.Result.(type) {
		case []machine.Check:
			e.Result = check(r)
		case images.Image:
			e.Result = image(r)
		case deploy.Result:
			e.Result = release(r)
		case logs.Result:
			e.Result = proof(r)
		case drill.Result:
			e.Result = drilled(r)
		case panels.Dashboard:
			e.Result = dashboard(r, "")
		case photographed:
			e.Result = dashboard(r.Dashboard, r.Picture)
		case usage.Usage:
			// The step as a whole says it, beside the budget.
			e.Result = nil
		}
		sink(e)
	}
}

// check gives the gravest of the checks that one item of the machine step made.
func check(checks []machine.Check) any {
	var worst *machine.Check
	for i, c := range checks {
		if worst == nil || rank(c.Status) > rank(worst.Status) {
			worst = &checks[i]
		}
	}
	if worst == nil {
		return nil
	}
	return report.Check{Name: worst.Name, Status: string(worst.Status), Found: worst.Found, Fix: worst.Fix}
}

func rank(s machine.Status) int {
	return map[machine.Status]int{machine.Warning: 1, machine.Lack: 2}[s]
}

func image(i images.Image) report.Image {
	source := "built"
	switch {
	case i.Cached:
		source = "cached"
	case i.Source == images.Registry:
		source = "pulled"
	}
	return report.Image{Name: i.Name, Digest: i.Digest, Source: source, Seconds: i.Seconds, Bytes: i.Bytes}
}

func release(r deploy.Result) report.Release {
	to := report.Release{Name: r.Name, Namespace: r.Namespace, Chart: r.Chart, Seconds: r.Seconds}
	for _, object := range r.Ready {
		to.Ready = append(to.Ready, report.Ready(object))
	}
	return to
}

// proof leaves the token out of the query: it is of no use to anybody again.
func proof(r logs.Result) report.LogProof {
	query, _, _ := strings.Cut(r.Query, " |= ")
	return report.LogProof{Query: query, Labels: r.Labels, Seconds: r.Seconds}
}

func drilled(r drill.Result) report.Drill {
	d := report.Drill{Name: r.Name, Rule: r.Rule}
	for _, w := range r.Ways {
		d.Ways = append(d.Ways, watched(w))
	}
	if r.Graph != nil {
		d.Graph = &report.Graph{Query: r.Graph.Query, Threshold: r.Graph.Threshold, Unit: r.Graph.Unit}
		for _, s := range r.Graph.Samples {
			d.Graph.Samples = append(d.Graph.Samples, report.NewSample(s.Time, s.Value))
		}
	}
	return d
}

func watched(w drill.WayResult) report.Way {
	way := report.Way{
		Way: w.Way, Status: report.Status(w.Status), Error: w.Error, FloorSeconds: w.FloorSeconds,
		Times: report.Times(w.Times), Seconds: report.Latencies(w.Seconds),
	}
	for _, n := range w.Notifications {
		way.Notifications = append(way.Notifications, report.Notification(n))
	}
	for _, l := range w.Links {
		way.Links = append(way.Links, report.Link(l))
	}
	return way
}

// coverage says of every rule that is shipped what the drills saw of it.
func coverage(rules []drill.Rule, results []drill.Result) report.Coverage {
	c := report.Coverage{Alerts: &report.AlertCoverage{Shipped: len(rules)}}
	for _, rule := range rules {
		row := report.RuleCoverage{Rule: rule.Name}
		for _, r := range results {
			if r.Rule == rule.Name {
				row.Drill = r.Name
				row.Fired = row.Fired || r.Status == drill.Passed && everyWay(r, func(t drill.Times) bool { return t.Firing != nil })
				row.Ended = row.Ended || r.Status == drill.Passed && everyWay(r, func(t drill.Times) bool { return t.Resolved != nil })
			}
		}
		if row.Fired && row.Ended {
			c.Alerts.Seen++
		}
		c.Rules = append(c.Rules, row)
	}
	return c
}

func everyWay(r drill.Result, saw func(drill.Times) bool) bool {
	return !slices.ContainsFunc(r.Ways, func(w drill.WayResult) bool { return !saw(w.Times) })
}
