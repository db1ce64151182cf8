package report

import (
	"html/template"
	"sort"
)

// page is what report.html shows, in the order in which it shows it.
type page struct {
	Style     template.CSS
	Name      string
	Verdict   string
	Run       *Work
	Cores     string
	Started   string
	Seconds   float64
	Failures  []failure
	Timeline  timeline
	Drills    drillsView
	Coverage  covered
	Boards    []dashboardView
	Logs      []outcome[LogProof]
	Addresses []outcome[Address]
	Usage     *usageView
	Images    []imageView
	Releases  []outcome[Release]
	First     *FirstCertificate
	Checks    []checkView
	Findings  *Findings
	Drift     *Drift
	Trend     *trendView
}

type imageView struct {
	Work *Work
	Name string
	Image
}

type checkView struct {
	*Work
	Check Check
	// Lack is a check that found something to fix, whether or not the run
	// could go on without it.
	Lack bool
}

func newPage(m *Model, style template.CSS) page {
	info := m.info()
	p := page{
		Style:     style,
		Name:      info.Name,
		Cores:     cores(info),
		Verdict:   together(m.Verdict()),
		Run:       &m.Run,
		Started:   m.Run.Started.UTC().Format("2 January 2006, 15:04:05 UTC"),
		Seconds:   m.Run.elapsed(m.Last),
		Failures:  failures(m),
		Timeline:  newTimeline(m),
		Drills:    newDrillsView(m),
		Coverage:  m.coverage(),
		Boards:    newDashboardViews(m),
		Logs:      logProofs(m),
		Addresses: outcomes[Address](m, stepAddresses),
		Usage:     newUsageView(stepResult[Usage](m, stepPanels)),
		Releases:  append(outcomes[Release](m, stepDeploy), outcomes[Release](m, stepReady)...),
		First:     stepResult[FirstCertificate](m, stepDeploy),
		Findings:  stepResult[Findings](m, stepScan),
		Drift:     stepResult[Drift](m, stepDrift),
		Trend:     newTrendView(stepResult[Trend](m, stepHistory)),
	}
	for _, o := range outcomes[Image](m, stepImages) {
		p.Images = append(p.Images, imageView{Work: o.Work, Name: imageName(o), Image: o.Result})
	}
	sort.Slice(p.Images, func(i, j int) bool { return p.Images[i].Name < p.Images[j].Name })
	for _, o := range outcomes[Check](m, stepMachine) {
		p.Checks = append(p.Checks, checkView{Work: o.Work, Check: o.Result, Lack: o.Status == Failed || o.Result.Fix != ""})
	}
	sort.SliceStable(p.Checks, func(i, j int) bool { return p.Checks[i].Lack && !p.Checks[j].Lack })
	return p
}

// cores is empty if the run has not told how many it had.
func cores(info Run) string {
	if info.HostCores == 0 {
		return ""
	}
	return plural(info.HostCores, "core")
}
