package pipeline

import (
	"strings"

	"firedrill/pipeline/addresses"
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
		case addresses.Address:
			e.Result = visited(r)
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
	to := report.Release{Name: r.Name, Namespace: r.Namespace, Chart: r.Chart, Seconds: r.Seconds, Later: r.Later}
	for _, object := range r.Ready {
		to.Ready = append(to.Ready, report.Ready(object))
	}
	return to
}

func firstCertificate(f deploy.FirstCertificate, served *report.Served) report.FirstCertificate {
	to := report.FirstCertificate{Object: f.Object, Seconds: f.Seconds, Served: served}
	for _, part := range f.Parts {
		to.Parts = append(to.Parts, report.Part(part))
	}
	return to
}

// proof leaves the token out of the query: it is of no use to anybody again.
func proof(r logs.Result) report.LogProof {
	query, _, _ := strings.Cut(r.Query, " |= ")
	return report.LogProof{Query: query, Labels: r.Labels, Seconds: r.Seconds}
}

func visited(a addresses.Address) report.Address {
	return report.Address{
		URL: a.URL, Subject: a.Subject, Issuer: a.Issuer, Root: a.Root, Names: a.Names, NotAfter: &a.NotAfter,
		DaysLeft: a.DaysLeft, Protocol: a.Protocol, Refused: a.Refused, Redirect: a.Redirect, HTTPStatus: a.Status,
	}
}
