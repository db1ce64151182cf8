package pipeline

import (
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/report"
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
			e.Result = report.Release{Name: r.Name, Namespace: r.Namespace, Chart: r.Chart, Seconds: r.Seconds}
		case drill.Result:
			e.Result = drilled(r)
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

func drilled(r drill.Result) report.Drill {
	d := report.Drill{
		Name: r.Name, Rule: r.Rule, Way: r.Way, FloorSeconds: r.FloorSeconds,
		Times: report.Times(r.Times), Seconds: report.Latencies(r.Seconds),
	}
	if r.Graph != nil {
		d.Graph = &report.Graph{Query: r.Graph.Query, Threshold: r.Graph.Threshold, Unit: r.Graph.Unit}
		for _, s := range r.Graph.Samples {
			d.Graph.Samples = append(d.Graph.Samples, report.NewSample(s.Time, s.Value))
		}
	}
	if n := r.Notification; n != nil {
		d.Notification = &report.Notification{
			Channel: n.Channel, Receiver: n.Receiver, Summary: n.Summary, RunbookURL: n.RunbookURL, DashboardURL: n.DashboardURL,
		}
	}
	return d
}

// coverage says of every rule that is shipped what the drills saw of it.
func coverage(rules []drill.Rule, results []drill.Result) report.Coverage {
	c := report.Coverage{Alerts: &report.AlertCoverage{Shipped: len(rules)}}
	for _, rule := range rules {
		row := report.RuleCoverage{Rule: rule.Name}
		for _, r := range results {
			if r.Rule == rule.Name {
				row.Drill = r.Name
				row.Fired = row.Fired || r.Times.Firing != nil && r.Status == drill.Passed
				row.Ended = row.Ended || r.Times.Resolved != nil && r.Status == drill.Passed
			}
		}
		if row.Fired && row.Ended {
			c.Alerts.Seen++
		}
		c.Rules = append(c.Rules, row)
	}
	return c
}
