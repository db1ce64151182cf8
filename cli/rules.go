package cli

import (
	"encoding/json"
	"errors"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/rules"
)

func rulesCommand(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "rules",
		Short: "Check the alerting rules, and whether the drills prove them",
		// Without these a mistyped subcommand would print the help and succeed.
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(rulesCheck(f), rulesMutate(f))
	return c
}

func rulesCheck(f *flags) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Find rules without a drill, runbook, panel or data",
		Long: `Every rule has a drill, a runbook in docs/runbooks and a link to a panel that is
in git and reads what the rule reads, and every drill's rule is there. On the
cluster that stands, or that of --kubeconfig, it asks besides whether the series
exist that the rules read. What is there only while something is broken is listed
in policies/rules.yaml.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.watched(func(o pipeline.Options) error {
				report, err := pipeline.CheckRules(c.Context(), o)
				if err != nil {
					return err
				}
				return errors.Join(f.printRules(report, asJSON), report.Err())
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}

func (f *flags) printRules(r rules.Report, asJSON bool) error {
	if asJSON {
		return f.json(r)
	}
	return r.Table(f.stdout)
}

// json writes data for programs.
func (f *flags) json(v any) error {
	e := json.NewEncoder(f.stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
