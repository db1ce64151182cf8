package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/dashboards"
)

func dashboardsCheck(d *dashboardFlags) *cobra.Command {
	var p pipeline.PanelOptions
	var variables []string
	c := &cobra.Command{
		Use:   "check",
		Short: "Ask every query of every panel, and name the panels without data",
		Long: `Asks Grafana what its pages would ask, with the variables resolved, and names
each panel without data or with an error. A panel may be empty if
policies/panels.yaml beside the content file lists it with the reason.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if p.Variables, err = chosen(variables); err != nil {
				return err
			}
			return d.shown(func(o pipeline.Options) error {
				coverage, err := pipeline.CheckDashboards(c.Context(), d.with(o), p)
				if coverage.Dashboards > 0 {
					fmt.Fprintln(d.stdout, coverage)
				}
				return err
			})
		},
	}
	d.grafana(c.Flags())
	d.checking(c.Flags())
	set := c.Flags()
	set.StringVar(&p.From, "from", "", "`time` from which to look, such as now-1h (default: as each dashboard says)")
	set.StringVar(&p.To, "to", "", "`time` until which to look (default: as each dashboard says)")
	set.StringArrayVar(&variables, "var", nil, "`NAME=VALUE` to choose for a variable; may be repeated, also with the same name")
	set.DurationVar(&p.Within, "within", 0, "ask empty panels again for that `long`, such as 1m")
	set.StringVar(&p.Policy, "allowed", "", "`file` that lists the panels which may be empty (default: panels.yaml in the policies of the content, unless --dir is given)")
	return c
}

// chosen reads --var.
func chosen(pairs []string) (map[string][]string, error) {
	values := map[string][]string{}
	for _, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		if !found || name == "" {
			return nil, fmt.Errorf("--var %q: wanted NAME=VALUE, such as namespace=demo", pair)
		}
		values[name] = append(values[name], value)
	}
	return values, nil
}

// printExported lists the files that are not as before. Those whose dashboard is
// gone are a hint, not a result.
func (d *dashboardFlags) printExported(done dashboards.Exported) {
	for _, file := range done.Written {
		fmt.Fprintf(d.stdout, "wrote %s\n", file)
	}
	for _, file := range done.Removed {
		fmt.Fprintf(d.stdout, "deleted %s\n", file)
	}
	if len(done.Written)+len(done.Gone) == 0 && len(done.Unchanged) > 0 {
		fmt.Fprintf(d.stderr, "%d files are as they were\n", len(done.Unchanged))
	}
	if len(done.Removed) == 0 {
		for _, file := range done.Gone {
			fmt.Fprintf(d.stderr, "Grafana does not have the dashboard of %s; --prune deletes the file\n", file)
		}
	}
}
