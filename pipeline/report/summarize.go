package report

import "sort"

// Summarize makes the content of summary.json.
func Summarize(m *Model) Summary {
	coverage := m.coverage()
	info := m.info()
	return Summary{
		Schema: SummaryVersion,
		Run: RunSummary{
			Name:      known(info.Name),
			Status:    m.Run.Status,
			Seconds:   m.Run.took(),
			Started:   known(m.Run.Started),
			HostCores: known(info.HostCores),
		},
		Steps:     steps(m),
		Drills:    drills(m),
		Coverage:  CoverageSummary{Alerts: coverage.Alerts, Rules: append([]RuleSummary{}, coverage.Rules...), Panels: coverage.Panels, Links: coverage.Links},
		Logs:      logs(m),
		Addresses: addresses(m),
		Usage:     stepResult[Usage](m, stepPanels),
		Images:    images(m),
		Findings:  stepResult[Findings](m, stepScan),
		Drift:     stepResult[Drift](m, stepDrift),
		Slower:    slower(m),
	}
}

func steps(m *Model) []StepSummary {
	list := make([]StepSummary, 0, len(m.Steps))
	for _, s := range m.Steps {
		list = append(list, StepSummary{Name: s.Name, Status: s.Status, Seconds: s.took()})
	}
	return list
}

func logs(m *Model) []LogSummary {
	list := []LogSummary{}
	for _, o := range logProofs(m) {
		list = append(list, LogSummary{
			Name: o.Name, Status: o.Status, Query: known(o.Result.Query), Labels: o.Result.Labels, Seconds: known(o.Result.Seconds),
		})
	}
	return list
}

func images(m *Model) []ImageSummary {
	list := []ImageSummary{}
	for _, o := range outcomes[Image](m, stepImages) {
		list = append(list, ImageSummary{
			Name: imageName(o), Digest: known(o.Result.Digest), Source: known(o.Result.Source), Seconds: o.took(),
		})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// imageName is the name in the registry if it is known, which says more than
// the name of the image's folder.
func imageName(o outcome[Image]) string {
	if o.Result.Name != "" {
		return o.Result.Name
	}
	return o.Name
}

// took is the seconds of work that was done to its end, else nil.
func (w *Work) took() *float64 {
	if w.Status != Passed && w.Status != Failed {
		return nil
	}
	s := w.Seconds
	return &s
}

// known is nil for a value that nobody has set.
func known[T comparable](v T) *T {
	var unset T
	if v == unset {
		return nil
	}
	return &v
}
