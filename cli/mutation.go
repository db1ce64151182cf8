package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/mutation"
)

func rulesMutate(f *flags) *cobra.Command {
	var asJSON, list bool
	var release string
	c := &cobra.Command{
		Use:   "mutate",
		Short: "Find out which mistakes in a rule the drills would not notice",
		Long: `Makes mutants of every rule that Prometheus evaluates: a threshold moved, a
comparison turned, a metric renamed, the rule taken out. It loads them beside the
rules on the cluster that stands, holds every drill once, and judges each mutant
by what it did meanwhile. One that a drill would have passed has survived: that
part of the rule is not proven. policies/mutants.yaml lists those that no drill
can tell from their rule.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if list {
				return f.listMutants()
			}
			return f.watched(func(o pipeline.Options) error {
				report, err := pipeline.MutateRules(c.Context(), o, release)
				if err != nil {
					return err
				}
				return errors.Join(f.printMutants(report, asJSON), report.Err())
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	c.Flags().BoolVar(&list, "list", false, "only show the mutants")
	c.Flags().StringVar(&release, "release", "monitoring", "`name` of the release whose chart loads the rules")
	return c
}

func (f *flags) listMutants() error {
	if err := f.complete(); err != nil {
		return err
	}
	mutants, left, err := pipeline.Mutants(f.options)
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
