// Package cli is firedrill's command line. A command turns flags into options
// and makes one call; standard output is for data, standard error for progress.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
)

// Run parses args and does what they ask for. A returned error has not been
// printed yet; of what the progress has shown it only says where.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := command(stdout, stderr) //nolint:contextcheck // Commands get ctx through cobra, from ExecuteContext below.
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// command is the program as a tree of commands.
func command(stdout, stderr io.Writer) *cobra.Command {
	f := &flags{stdout: stdout, stderr: stderr}
	root := &cobra.Command{
		Use:   "firedrill",
		Short: "Fire drills for Kubernetes monitoring",
		Long: `firedrill starts a Kubernetes cluster in containers, deploys a monitoring
stack on it, breaks things on purpose, and proves that each alarm goes off,
reaches somebody, and ends after the repair.

On a new machine:

  firedrill doctor --fix       # install what is missing
  firedrill deploy-and-test    # the whole job; the report is out/report.html

The same job in parts, to work on charts and drills:

  firedrill up                 # a cluster that stays
  firedrill deploy             # again after every change of a chart
  firedrill drill              # again after every change of a drill
  firedrill down`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w; `%s --help` shows what there is", err, c.CommandPath())
	})
	f.register(root.PersistentFlags())
	root.AddCommand(
		deployAndTest(f), nightly(f), doctor(f), imagesCommand(f), dashboardsCommand(f), rulesCommand(f), scanCommand(f), certificatesCommand(f), secretsCommand(f), channelsCommand(f), up(f), deploy(f), drill(f), down(f), openCommand(f), reportCommand(f), version(f),
	)
	return root
}

func deployAndTest(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "deploy-and-test",
		Short: "Do the whole job: images, cluster, releases, drills, report, teardown",
		Long: `Gets every image, creates a cluster, installs the releases of firedrill.yaml on
it, holds every drill, and removes the cluster again, also after a failure or
Ctrl-C. With --kubeconfig it works on that cluster and creates none.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.reported(func(o pipeline.Options) error { return pipeline.DeployAndTest(c.Context(), o) })
		},
	}
	f.cluster(c.Flags())
	f.ceiling(c.Flags())
	f.notify(c)
	f.checking(c.Flags())
	c.Flags().BoolVar(&f.options.Keep, "keep", false, "leave the cluster standing, also after a failure")
	return c
}

func up(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "up",
		Short: "Create a cluster with the images in it, and leave it standing",
		Long: `Creates a cluster for deploy, drill and your own kubectl. It stands until
` + "`firedrill down`" + ` removes it. Your own kubeconfig is left as it is unless
--kubeconfig-merge is given.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.reported(func(o pipeline.Options) error { return pipeline.Up(c.Context(), o) })
		},
	}
	f.cluster(c.Flags())
	f.notify(c)
	f.checking(c.Flags())
	return c
}

func deploy(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "deploy",
		Short: "Install the releases and dashboards on the cluster that stands",
		Long: `Installs the releases of firedrill.yaml, or upgrades those that differ from what
is deployed, on the cluster of ` + "`firedrill up`" + ` or that of --kubeconfig. It waits
for all of them, at the end for those that may become ready later.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.reported(func(o pipeline.Options) error { return pipeline.Deploy(c.Context(), o) })
		},
	}
	f.notify(c)
	f.checking(c.Flags())
	return c
}

func down(f *flags) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "down",
		Short: "Remove a run's cluster and everything that it left",
		Long: `Removes the run of --name, or the only one there is. What a run has made carries
its name as a label, and nothing without one is touched.

With --kubeconfig it removes nothing: it mends what killed drills left broken on
that cluster.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if all && f.options.Name != "" {
				return errors.New("--all removes every run and --name only one: choose")
			}
			return f.shown(func(o pipeline.Options) error { return pipeline.Down(c.Context(), o, all) })
		},
	}
	c.Flags().BoolVar(&all, "all", false, "remove every run, also those that were killed")
	return c
}
