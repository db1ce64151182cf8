package policy

import (
	"fmt"
	"slices"
	"strings"

	"firedrill/pipeline/scan/finding"
)

// Score is how much of a framework the cluster passes.
type Score struct {
	// Percent takes for passed what an exception lets be, Plain does not.
	Percent float64 `json:"percent"`
	Plain   float64 `json:"plain"`
	// Looked is how many of the framework's Controls were looked at; the score is
	// that of these.
	Looked   int `json:"looked"`
	Controls int `json:"controls"`

	passed map[string]float64
}

// NewScore is the mean over the controls that were looked at, given how much of
// each passed, in percent by its id. Controls counts the others too.
func NewScore(controls int, passed map[string]float64) Score {
	s := Score{Looked: len(passed), Controls: controls, passed: passed}
	s.Plain = mean(passed)
	s.Percent = s.Plain
	return s
}

// Besides is the score with the exceptions that the findings have.
func (s Score) Besides(findings []finding.Finding) Score {
	if len(s.passed) == 0 {
		return s
	}
	besides := map[string]float64{}
	for id, percent := range s.passed {
		besides[id] = percent + (100-percent)*excepted(id, findings)
	}
	s.Percent = mean(besides)
	return s
}

// excepted is the share of what the check found that an exception lets be.
func excepted(check string, findings []finding.Finding) float64 {
	all, let := 0, 0
	for _, f := range findings {
		if slices.ContainsFunc(f.Found, func(c finding.Check) bool { return c.ID == check }) {
			all++
			if f.Exception != "" {
				let++
			}
		}
	}
	if all == 0 {
		return 0
	}
	return float64(let) / float64(all)
}

func mean(percents map[string]float64) float64 {
	sum := 0.0
	for _, id := range sortedKeys(percents) { // floats add up alike in one order only
		sum += percents[id]
	}
	return sum / max(1, float64(len(percents)))
}

// String is such as "98.5 (93.7 without exceptions, 20 of 25 controls looked at)".
func (s Score) String() string {
	var notes []string
	if s.Plain != s.Percent {
		notes = append(notes, fmt.Sprintf("%.1f without exceptions", s.Plain))
	}
	if s.Looked != s.Controls {
		notes = append(notes, fmt.Sprintf("%d of %d controls looked at", s.Looked, s.Controls))
	}
	if len(notes) == 0 {
		return fmt.Sprintf("%.1f", s.Percent)
	}
	return fmt.Sprintf("%.1f (%s)", s.Percent, strings.Join(notes, ", "))
}
