package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"firedrill/pipeline"
)

// dashboardFlags are those of the dashboards commands, besides the common ones.
type dashboardFlags struct {
	*flags
	dir, url string
}

func dashboardsCommand(f *flags) *cobra.Command {
	d := &dashboardFlags{flags: f}
	c := &cobra.Command{
		Use:   "dashboards",
		Short: "Lint, import, export and check dashboards",
		Long: `Dashboards are files in git. Change one in Grafana, export it, and the file
shows what you changed; the next import brings it back:

  firedrill dashboards export   # Grafana -> files
  git diff dashboards
  firedrill dashboards lint
  firedrill dashboards import   # files -> Grafana; deploy does so too
  firedrill dashboards check    # does every panel show something?

They work on the Grafana of the cluster that stands, or that of --grafana-url,
into which the token in the environment variable GRAFANA_TOKEN lets them.`,
		// Without these a mistyped subcommand would print the help and succeed.
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(dashboardsCheck(d), dashboardsExport(d), dashboardsImport(d), dashboardsLint(d))
	return c
}

// folder defines the flag of every dashboards command.
func (d *dashboardFlags) folder(set *pflag.FlagSet) {
	set.StringVar(&d.dir, "dir", "", "`folder` of the dashboards (default: as the content says)")
}

// grafana defines the flags of the commands that ask a Grafana.
func (d *dashboardFlags) grafana(set *pflag.FlagSet) {
	d.folder(set)
	set.StringVar(&d.url, "grafana-url", "", "`address` of a Grafana that is not in a cluster; the environment variable GRAFANA_TOKEN holds its token")
}

// with adds the commands' own flags to the options.
func (d *dashboardFlags) with(o pipeline.Options) pipeline.DashboardOptions {
	options := pipeline.DashboardOptions{Options: o, Dir: d.dir, GrafanaURL: d.url}
	if d.url != "" {
		// Not a flag: arguments are seen by everybody on the machine.
		options.GrafanaToken = os.Getenv("GRAFANA_TOKEN")
	}
	return options
}

func dashboardsLint(d *dashboardFlags) *cobra.Command {
	var fix bool
	c := &cobra.Command{
		Use:   "lint",
		Short: "Check the dashboards' files; no Grafana is asked",
		Long: `Every panel has a title, a unit, a description and a data source by variable;
rows are questions; no time is absolute, no variable unknown; and the file is in
the form in which ` + "`firedrill dashboards export`" + ` writes it.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			count, rewritten, err := pipeline.LintDashboards(c.Context(), d.with(d.options), fix)
			for _, file := range rewritten {
				fmt.Fprintf(d.stderr, "rewrote %s\n", file)
			}
			if err == nil {
				fmt.Fprintf(d.stdout, "%d dashboards, nothing found\n", count)
			}
			return err
		},
	}
	d.folder(c.Flags())
	c.Flags().BoolVar(&fix, "fix", false, "bring the files into normal form before")
	return c
}

func dashboardsImport(d *dashboardFlags) *cobra.Command {
	c := &cobra.Command{
		Use:   "import",
		Short: "Bring the dashboards' files into Grafana, all or none",
		Long: `Checks every file, and that Grafana has the data sources which they want, before
anything is sent. If Grafana refuses one, those before it are put back to what
they were. At the end, an export would give the very files again.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return d.shown(func(o pipeline.Options) error { return pipeline.ImportDashboards(c.Context(), d.with(o)) })
		},
	}
	d.grafana(c.Flags())
	return c
}

func dashboardsExport(d *dashboardFlags) *cobra.Command {
	var prune bool
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the dashboards of Grafana into the files",
		Long: `Writes every dashboard of Grafana's folder firedrill into the file with its uid,
or a new file. What Grafana makes up by itself is left out, so that git shows
what a person changed.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return d.shown(func(o pipeline.Options) error {
				done, err := pipeline.ExportDashboards(c.Context(), d.with(o), prune)
				d.printExported(done)
				return err
			})
		},
	}
	d.grafana(c.Flags())
	c.Flags().BoolVar(&prune, "prune", false, "delete the files of dashboards that Grafana does not have any more")
	return c
}
