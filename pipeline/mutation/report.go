package mutation

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// The outcomes of a mutant.
const (
	// Killed is one that a drill would not have passed.
	Killed = "killed"
	// Survived is one that every drill of its rule would have passed.
	Survived = "survived"
	// Equivalent is a survivor that the policy says cannot be killed.
	Equivalent = "equivalent"
)

// Judged is a mutant with its fate.
type Judged struct {
	Mutant
	Outcome string `json:"outcome"`
	// Because is what killed it, or why it may live.
	Because string `json:"because"`
}

// Report is the fate of all mutants.
type Report struct {
	Mutants []Judged `json:"mutants"`
	// Left are the rules of which no mutant was made, with who evaluates them.
	Left []string `json:"left"`
	// Unused are the entries of the policy whose mutants were killed.
	Unused []string `json:"unused"`
}

// Judge tells of every mutant whether the drills would have noticed it. It is an
// error to ask before the last drill's alarm could have missed its end.
func Judge(mutants []Mutant, left []string, held []Held, recorded Recorded, policy Policy) (Report, error) {
	r := Report{Mutants: []Judged{}, Left: append([]string{}, left...), Unused: []string{}}
	if need := Needed(held); recorded.Until.Before(need) {
		return r, fmt.Errorf("the mutants were recorded until %s; to see whether each ends in time takes until %s",
			recorded.Until.UTC().Format(time3339), need.UTC().Format(time3339))
	}
	for _, m := range mutants {
		j := Judged{Mutant: m, Outcome: Killed, Because: died(m, held, recorded)}
		if j.Because == "" {
			j.Outcome, j.Because = Survived, "every drill of the rule would have passed"
			if !slices.ContainsFunc(held, func(h Held) bool { return h.Rule == m.Rule }) {
				j.Because = "no drill of the rule passed"
			}
		}
		if reason := policy.reason(m.Name); reason != "" {
			if j.Outcome == Killed {
				r.Unused = append(r.Unused, m.Name)
			} else {
				j.Outcome, j.Because = Equivalent, reason
			}
		}
		r.Mutants = append(r.Mutants, j)
	}
	return r, nil
}

const time3339 = "15:04:05Z"

// Err names the survivors, and the entries of the policy that are of no use.
func (r Report) Err() error {
	var lines []string
	for _, m := range r.Mutants {
		if m.Outcome == Survived {
			lines = append(lines, fmt.Sprintf("%s:%d: %s survived (%s): %s", m.File, m.Line, m.Name, m.What, m.Because))
		}
	}
	for _, name := range r.Unused {
		lines = append(lines, fmt.Sprintf("mutant %s is said to be equivalent, but a drill killed it; take the entry out", name))
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}

// Table writes a line for each rule, and the survivors below it.
func (r Report) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RULE\tKILLED\tSURVIVED\tEQUIVALENT")
	for _, rule := range r.rules() {
		n := map[string]int{}
		for _, m := range r.Mutants {
			if m.Rule == rule {
				n[m.Outcome]++
			}
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", rule, n[Killed], n[Survived], n[Equivalent])
	}
	err := t.Flush()
	for _, m := range r.Mutants {
		if m.Outcome == Survived {
			expr := m.Expr
			if expr == "" {
				expr = m.What
			}
			fmt.Fprintf(w, "\nsurvived: %s (%s:%d)\n  %s\n  %s\n", m.Name, m.File, m.Line, expr, m.Because)
		}
	}
	if len(r.Left) > 0 {
		fmt.Fprintf(w, "\nno mutants, because not Prometheus evaluates them: %s\n", strings.Join(r.Left, ", "))
	}
	return err
}

// rules are the names of the rules, in the order of the mutants.
func (r Report) rules() []string {
	var names []string
	for _, m := range r.Mutants {
		if !slices.Contains(names, m.Rule) {
			names = append(names, m.Rule)
		}
	}
	return names
}
