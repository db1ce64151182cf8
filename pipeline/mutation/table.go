package mutation

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Table writes a line for each rule, the survivors below it, and the figures.
func (r Report) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RULE\tMUTANTS\tKILLED BY DRILLS\tBY UNIT TESTS\tEQUIVALENT\tSURVIVED")
	for _, rule := range r.rules() {
		fmt.Fprintln(t, rule+"\t"+r.figures(func(m Judged) bool { return m.Rule == rule }))
	}
	fmt.Fprintln(t, "all\t"+r.figures(func(Judged) bool { return true }))
	err := t.Flush()
	for _, m := range r.Mutants {
		if m.Outcome == Survived {
			expr := m.Expr
			if expr == "" {
				expr = m.What
			}
			fmt.Fprintf(w, "\nsurvived: %s (%s:%d)\n  %s\n  %s; %s\n", m.Name, m.File, m.Line, strings.TrimSpace(expr), m.Drill, m.Test)
		}
	}
	killed := r.count(func(m Judged) bool { return m.ByDrill || m.ByTest })
	fmt.Fprintf(w, "\n%d of %d mutants are dead: drills alone kill %d, unit tests alone %d\n", killed, len(r.Mutants),
		r.count(func(m Judged) bool { return m.ByDrill }), r.count(func(m Judged) bool { return m.ByTest }))
	if len(r.Unproven) > 0 {
		fmt.Fprintf(w, "no drill of the rule passed: %s\n", strings.Join(r.Unproven, ", "))
	}
	if len(r.Left) > 0 {
		fmt.Fprintf(w, "no mutants, because not Prometheus evaluates them: %s\n", strings.Join(r.Left, ", "))
	}
	return err
}

// figures are the columns of a line.
func (r Report) figures(of func(Judged) bool) string {
	count := func(is func(Judged) bool) int { return r.count(func(m Judged) bool { return of(m) && is(m) }) }
	return fmt.Sprintf("%d\t%d\t%d\t%d\t%d",
		count(func(Judged) bool { return true }),
		count(func(m Judged) bool { return m.ByDrill }), count(func(m Judged) bool { return m.ByTest }),
		count(func(m Judged) bool { return m.Outcome == Equivalent }), count(func(m Judged) bool { return m.Outcome == Survived }))
}
