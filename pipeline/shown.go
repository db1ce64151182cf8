package pipeline

import (
	"firedrill/pipeline/dashboards/panels"
	"firedrill/pipeline/report"
	"firedrill/pipeline/usage"
)

// dashboard is what the panels of a dashboard showed, cut to what a page can
// hold.
func dashboard(d panels.Dashboard, picture string) report.Dashboard {
	to := report.Dashboard{UID: d.UID, Title: d.Title, Picture: picture}
	for _, p := range d.Panels {
		to.Panels = append(to.Panels, panel(p))
	}
	return report.Bounded(to)
}

func panel(p panels.Panel) report.Panel {
	to := report.Panel{
		ID: p.ID, Title: p.Title, Type: p.Type, Unit: p.Unit, Row: p.Row, Width: p.Width, Min: p.Min, Max: p.Max,
		Decimals: p.Decimals, Texts: p.Texts, Outcome: report.Outcome(p.Outcome), Reason: p.Reason,
	}
	for _, s := range p.Series {
		series := report.Series{Name: s.Name}
		for i, at := range s.Times {
			series.Points = append(series.Points, report.NewSample(at, s.Values[i]))
		}
		to.Series = append(to.Series, series)
	}
	if p.Table != nil {
		to.Table = &report.Table{Rows: p.Table.Rows}
		for _, name := range p.Table.Columns {
			to.Table.Columns = append(to.Table.Columns, report.Column{Name: name})
		}
	}
	for _, l := range p.Lines {
		to.Lines = append(to.Lines, report.LogLine(l))
	}
	return to
}

// used is what the releases use, beside what they may use.
func used(u usage.Usage, b usage.Budget) report.Usage {
	to := report.Usage{Budget: &report.Budget{MemoryBytes: b.Memory.Value, CPUCores: b.CPU.Value}}
	for _, r := range u.Releases {
		to.Releases = append(to.Releases, report.ReleaseUsage{
			Name: r.Release, Namespace: r.Namespace, Pods: r.Pods,
			MemoryBytes: r.MemoryBytes, MemoryLimitBytes: r.MemoryLimit, CPUCores: r.CPUCores,
		})
	}
	return to
}
