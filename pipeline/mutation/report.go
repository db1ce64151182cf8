package mutation

import (
	"fmt"
	"slices"
	"strings"
)

// The outcomes of a mutant.
const (
	// Killed is one that a drill would not have passed.
	Killed = "killed"
	// UnitTested is one that every drill would have passed, but not the rule's
	// unit test.
	UnitTested = "unit-tested"
	// Survived is one that neither would have noticed.
	Survived = "survived"
	// Equivalent is a survivor that the policy says cannot be killed.
	Equivalent = "equivalent"
)

// Judged is a mutant with its fate.
type Judged struct {
	Mutant
	Outcome string `json:"outcome"`
	// Drill is what the drills say of it, Test what the unit test says.
	Drill string `json:"drill"`
	Test  string `json:"test"`
	// ByDrill and ByTest tell who kills it.
	ByDrill bool `json:"byDrill"`
	ByTest  bool `json:"byTest"`
	// Reason is why it may live.
	Reason string `json:"reason,omitempty"`
}

// Report is the fate of all mutants.
type Report struct {
	Mutants []Judged `json:"mutants"`
	// Left are the rules of which no mutant was made, with who evaluates them.
	Left []string `json:"left"`
	// Unproven are the rules of which no drill passed; their mutants only the
	// unit tests, and the quiet of others, can kill.
	Unproven []string `json:"unproven"`
	// Unused are the entries of the policy whose mutants were killed.
	Unused []string `json:"unused"`
}

// Judge tells of every mutant whether the drills would have noticed it, or the
// unit tests. It is an error to ask before the last drill's alarm could have
// missed its end. Without drills, the unit tests alone judge.
func Judge(mutants []Mutant, left []string, c Course, tested map[string]Tested, policy Policy) (Report, error) {
	r := Report{Mutants: []Judged{}, Left: append([]string{}, left...), Unproven: []string{}, Unused: []string{}}
	if need := Needed(c.Held); c.Recorded.Until.Before(need) {
		return r, fmt.Errorf("the mutants were recorded until %s; to see whether each ends in time takes until %s",
			c.Recorded.Until.UTC().Format(time3339), need.UTC().Format(time3339))
	}
	for _, m := range mutants {
		j := Judged{Mutant: m, Outcome: Survived, Drill: died(m, c.Held, c.Recorded), Test: tested[m.Name].Because, ByTest: tested[m.Name].Failed}
		j.ByDrill = j.Drill != ""
		proven := slices.ContainsFunc(c.Held, func(h Held) bool { return h.proves(m.Rule) })
		if len(c.Held) > 0 && !proven && !slices.Contains(r.Unproven, m.Rule) {
			r.Unproven = append(r.Unproven, m.Rule)
		}
		switch reason := policy.reason(m.Name); {
		case j.ByDrill:
			j.Outcome = Killed
		case j.ByTest:
			j.Outcome = UnitTested
		case reason != "":
			j.Outcome, j.Reason = Equivalent, reason
		}
		if policy.reason(m.Name) != "" && j.Outcome != Equivalent {
			r.Unused = append(r.Unused, m.Name)
		}
		switch {
		case j.ByDrill:
		case len(c.Held) == 0:
			j.Drill = "no drill was held"
		case proven:
			j.Drill = "every drill of the rule would have passed"
		default:
			j.Drill = "no drill of the rule passed"
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
			lines = append(lines, fmt.Sprintf("%s:%d: %s survived (%s): %s; %s", m.File, m.Line, m.Name, m.What, m.Drill, m.Test))
		}
	}
	for _, name := range r.Unused {
		lines = append(lines, fmt.Sprintf("mutant %s is said to be equivalent, but was killed; take the entry out", name))
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
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

// count counts the mutants of which is says yes.
func (r Report) count(is func(Judged) bool) (n int) {
	for _, m := range r.Mutants {
		if is(m) {
			n++
		}
	}
	return n
}
