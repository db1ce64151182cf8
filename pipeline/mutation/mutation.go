// Package mutation asks whether drills would notice a rule that is wrong. It
// makes mutants of each rule, has them loaded beside the rules while all drills
// are held once, and judges each mutant by what Prometheus recorded of it: one
// that the drills would have passed has survived, and something about the rule
// is not proven.
package mutation

import (
	"fmt"

	"github.com/prometheus/prometheus/promql/parser"

	"firedrill/pipeline/drill"
)

// Label is the label that mutants carry, so that nobody is notified of them.
const Label = "mutant"

// Mutant is a rule with one thing changed.
type Mutant struct {
	// Name is that of the rule, two underscores and what was changed; the alarms
	// of the mutant carry it.
	Name string `json:"mutant"`
	Rule string `json:"rule"`
	// Expr is the mutant's expression, "" for a rule that was taken out.
	Expr string `json:"expr"`
	// What was changed, for people.
	What string `json:"what"`
	File string `json:"file"`
	Line int    `json:"line"`

	rule drill.Rule
}

// Of makes the mutants of the rules that Prometheus evaluates; the names of
// those that are left out, which others evaluate, come back too.
func Of(rules []drill.Rule) (mutants []Mutant, left []string, err error) {
	taken := map[string]int{}
	for _, r := range rules {
		if r.By != drill.ByPrometheus {
			left = append(left, fmt.Sprintf("%s (%s)", r.Name, r.By))
			continue
		}
		changes, err := changesOf(r.Expr)
		if err != nil {
			return nil, nil, fmt.Errorf("%s:%d: rule %s: %w", r.File, r.Line, r.Name, err)
		}
		for _, c := range append(changes, change{kind: "removed", what: "the rule is taken out"}) {
			name := r.Name + "__" + c.kind
			if taken[name]++; taken[name] > 1 {
				name = fmt.Sprintf("%s_%d", name, taken[name])
			}
			mutants = append(mutants, Mutant{
				Name: name, Rule: r.Name, Expr: c.expr, What: c.what, File: r.File, Line: r.Line, rule: r,
			})
		}
	}
	return mutants, left, nil
}

// change is one mutation of an expression.
type change struct{ kind, expr, what string }

// changesOf lists every mutation of an expression. The expression is parsed
// again for each, as a mutation changes the tree.
func changesOf(text string) ([]change, error) {
	first, err := parser.ParseExpr(text)
	if err != nil {
		return nil, fmt.Errorf("not PromQL: %w", err)
	}
	var all []change
	for i := range sites(first) {
		expr, err := parser.ParseExpr(text)
		if err != nil {
			return nil, fmt.Errorf("not PromQL: %w", err)
		}
		s := sites(expr)[i]
		s.apply()
		all = append(all, change{kind: s.kind, expr: expr.String(), what: s.what})
	}
	return all, nil
}
