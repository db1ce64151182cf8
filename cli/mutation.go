package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/mutation"
)

func rulesMutate(f *flags) *cobra.Command {
	var asJSON, list bool
	var how pipeline.Mutating
	c := &cobra.Command{
		Use:   "mutate",
		Short: "Find out which mistakes in a rule nobody would notice",
		Long: `Makes mutants of every rule that Prometheus evaluates: a threshold moved, a
comparison turned, a metric renamed, a label's value changed, the rule taken out.
It asks the rules' unit tests of each. Then it loads them beside the rules on the
cluster that stands, holds every drill once, and judges each mutant by what it did
meanwhile. One that neither a drill nor a unit test would have failed has survived:
that part of the rule is not proven. policies/mutants.yaml lists those that nothing
can tell from their rule.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if list {
				return f.listMutants(c.Context())
			}
			if how.TestsOnly && how.Again != "" {
				return errors.New("--tests leaves the drills out and --again judges them anew: choose")
			}
			if how.Promtool == "" {
				how.Promtool = cmp.Or(os.Getenv("FIREDRILL_PROMTOOL"), "promtool")
			}
			return f.shown(func(o pipeline.Options) error {
				report, err := pipeline.MutateRules(c.Context(), o, how)
				if err != nil {
					return err
				}
				return errors.Join(f.printMutants(report, asJSON), report.Err())
			})
		},
	}
	set := c.Flags()
	set.BoolVar(&asJSON, "json", false, "write JSON")
	set.BoolVar(&list, "list", false, "only show the mutants")
	set.StringVar(&how.Release, "release", "monitoring", "`name` of the release whose chart loads the rules")
	set.StringVar(&how.Promtool, "promtool", "", "`program` that runs the rules' unit tests (default: $FIREDRILL_PROMTOOL, or promtool on the PATH)")
	set.BoolVar(&how.TestsOnly, "tests", false, "ask the unit tests alone; no cluster is needed")
	set.StringVar(&how.Again, "again", "", "judge the drills of an earlier call again, by its `file` mutants.json in the folder of the report")
	return c
}

func (f *flags) listMutants(ctx context.Context) error {
	if err := f.complete(); err != nil {
		return err
	}
	mutants, left, err := pipeline.Mutants(ctx, f.options)
	if err != nil {
		return err
	}
	for _, m := range mutants {
		fmt.Fprintf(f.stdout, "%s:%d: %s: %s\n", m.File, m.Line, m.Name, m.What)
	}
	for _, rule := range left {
		fmt.Fprintf(f.stderr, "no mutants of %s\n", rule)
	}
	return nil
}

func (f *flags) printMutants(r mutation.Report, asJSON bool) error {
	if asJSON {
		return f.json(r)
	}
	return r.Table(f.stdout)
}
