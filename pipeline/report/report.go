// Package report turns the one event stream of a run into everything that a
// person or a machine reads about it: live progress (a terminal, plain lines
// or the log of GitHub Actions) while it goes on, and events.jsonl, junit.xml,
// summary.json and report.html when it is over.
//
// Results are plain data (results.go and the files whose names end in result.go),
// folded from the stream into a Model (model.go); each rendering reads the Model
// and nothing else. Results always take the way through JSON, so a report rebuilt
// from events.jsonl is the report that the run itself wrote.
//
// The graphs are SVG written by this package through html/template. The chart
// libraries for Go that are looked after draw lines over categories: they have
// no time axis, and no vertical marks at a point in time, which are what a
// drill's graph is about; nor can their output follow a page's dark mode.
package report

// The steps whose results the report knows. "run" is the run as a whole.
const (
	stepRun        = "run"
	stepMachine    = "machine"
	stepImages     = "images"
	stepCluster    = "cluster"
	stepDeploy     = "deploy"
	stepReady      = "ready"
	stepDashboards = "dashboards"
	stepLogs       = "logs"
	stepAddresses  = "addresses"
	stepDrill      = "drill"
	stepPanels     = "panels"
	stepScan       = "scan"
	stepDrift      = "drift"
	stepHistory    = "history"
)

// nouns are what the items of the steps are called.
var nouns = map[string]string{
	stepMachine: "check", stepImages: "image",
	stepDeploy: "release", stepReady: "release", stepDrift: "part", stepDashboards: "dashboard", stepAddresses: "address", stepDrill: "drill",
}

// countable tells whether the number of a step's items says anything.
func countable(step string) bool { return nouns[step] != "" }

// noun is what the items of a step are called, for one and for several.
func noun(step string, n int) string {
	word := nouns[step]
	if word == "" {
		word = "item"
	}
	switch {
	case n == 1:
		return word
	case word == "address":
		return "addresses"
	}
	return word + "s"
}
