package scan

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"firedrill/pipeline/scan/finding"
)

// Table writes the findings for people: a line each, the gravest first, then the
// gates. Those that an exception is about are counted only.
func (r Report) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range r.Findings {
		if f.Exception != "" {
			continue
		}
		fresh := ""
		if f.New {
			fresh = "new"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Severity, fresh, f.Weakness, strings.Join(f.By(), "+"), f.Where(), f.Object)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(r.Verdicts) > 0 {
		fmt.Fprintln(w)
	}
	for _, v := range r.Verdicts {
		fmt.Fprintf(t, "%s\t%s\tfound %s\n", v.Outcome, v.Gate, v.Found)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, r.Count())
	return nil
}

// Counts are findings by severity, without those that an exception is about.
type Counts struct {
	By            map[finding.Severity]int
	Excepted, New int
}

// Count counts the findings.
func (r Report) Count() Counts {
	c := Counts{By: map[finding.Severity]int{}}
	for _, f := range r.Findings {
		if f.Exception != "" {
			c.Excepted++
			continue
		}
		c.By[f.Severity]++
		if f.New {
			c.New++
		}
	}
	return c
}

// String is such as "2 critical, 0 high, 3 medium, 10 low; 1 new; 4 excepted".
func (c Counts) String() string {
	var parts []string
	for _, s := range finding.Severities {
		parts = append(parts, fmt.Sprintf("%d %s", c.By[s], s))
	}
	return fmt.Sprintf("%s; %d new; %d excepted", strings.Join(parts, ", "), c.New, c.Excepted)
}

// Of keeps the findings of one scan.
func (r Report) Of(scan string) []finding.Finding {
	var all []finding.Finding
	for _, f := range r.Findings {
		if slices.Contains(f.Scans, scan) {
			all = append(all, f)
		}
	}
	return all
}
