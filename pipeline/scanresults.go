package pipeline

import (
	"maps"
	"slices"

	"firedrill/pipeline/report"
	"firedrill/pipeline/scan"
	"firedrill/pipeline/scan/finding"
)

// findings translates what scans found into what the report shows.
func findings(r scan.Report) report.Findings {
	count := r.Count()
	to := report.Findings{
		Critical: count.By[finding.Critical], High: count.By[finding.High], Medium: count.By[finding.Medium], Low: count.By[finding.Low],
		New: count.New, Excepted: count.Excepted,
	}
	for _, name := range slices.Sorted(maps.Keys(r.Scores)) {
		to.Scores = append(to.Scores, report.Score{Of: name, Percent: r.Scores[name].Percent, Plain: r.Scores[name].Plain, Looked: r.Scores[name].Looked, Controls: r.Scores[name].Controls})
	}
	if r.Hygiene != nil {
		to.Scores = append(to.Scores, report.Score{Of: "Popeye", Percent: float64(*r.Hygiene), Plain: float64(*r.Hygiene)})
	}
	for _, v := range r.Verdicts {
		to.Gates = append(to.Gates, report.Gate{Gate: v.Gate, Found: v.Found, Outcome: string(v.Outcome)})
	}
	for _, f := range r.Findings {
		to.List = append(to.List, report.Finding{
			Severity: f.Severity.String(), Weakness: f.Weakness, By: f.By(), Object: f.Object.String(), Where: f.Where(),
			Message: f.Message, Fix: f.Fix, New: f.New, Exception: f.Exception,
		})
	}
	return to
}
