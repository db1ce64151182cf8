// Package rules looks at alerting rules: whether each has a drill, a runbook, a
// panel to link to and data to read, and how many of them drills have seen
// firing and ending.
package rules

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Finding is one thing that is wrong with a rule or a drill.
type Finding struct {
	File string `json:"file"`
	Line int    `json:"line"`
	// Name is the rule's, or the drill's.
	Name string `json:"name"`
	// Check is what was looked at, one of the constants below.
	Check   string `json:"check"`
	Problem string `json:"problem"`
}

// What is looked at.
const (
	CheckDrill     = "drill"
	CheckRunbook   = "runbook"
	CheckDashboard = "dashboard"
	CheckData      = "data"
)

// Report is what a look at all rules gave.
type Report struct {
	Rules  int `json:"rules"`
	Drills int `json:"drills"`
	// Selectors counts those that live servers were asked for; Unasked says
	// what was not asked, and why.
	Selectors int       `json:"selectors"`
	Unasked   []string  `json:"unasked"`
	Findings  []Finding `json:"findings"`
}

// Err is nil if nothing was found.
func (r Report) Err() error {
	if len(r.Findings) == 0 {
		return nil
	}
	return fmt.Errorf("%d findings in %d rules and %d drills", len(r.Findings), r.Rules, r.Drills)
}

// Table writes the findings for people, a line each.
func (r Report) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range r.Findings {
		fmt.Fprintf(t, "%s:%d\t%s\t%s\t%s\n", f.File, f.Line, f.Name, f.Check, f.Problem)
	}
	err := t.Flush()
	fmt.Fprintf(w, "%d rules, %d drills, %d selectors asked for: %d findings\n", r.Rules, r.Drills, r.Selectors, len(r.Findings))
	for _, u := range r.Unasked {
		fmt.Fprintf(w, "not asked: %s\n", u)
	}
	return err
}

// sort brings the findings into the order of files and lines.
func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(compare(a.File, b.File), cmp.Compare(a.Line, b.Line), compare(a.Check, b.Check), compare(a.Problem, b.Problem))
	})
	r.Findings = slices.Compact(r.Findings)
}

func compare(a, b string) int { return strings.Compare(a, b) }

// errRefused is what a server's error begins with, so that a reader knows that
// nothing was proven.
var errRefused = errors.New("could not be asked")
