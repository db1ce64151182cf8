// Package cli is firedrill's command line. A command turns flags into options
// and makes one call; standard output is for data, standard error for progress.
package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
)

// Run parses args and does what they ask for. A returned error has not been
// printed yet, unless it is the failure of a step that the progress has shown.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := command(stdout, stderr)
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
reaches somebody, and ends after the repair.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	f.register(root.PersistentFlags())
	root.AddCommand(
		deployAndTest(f), doctor(f), imagesCommand(f), up(f), deploy(f), drill(f), down(f), reportCommand(f),
	)
	return root
}

func deployAndTest(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "deploy-and-test",
		Short: "Do the whole job: images, cluster, releases, drills, report, teardown",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.reported(func(o pipeline.Options) error { return pipeline.DeployAndTest(c.Context(), o) })
		},
	}
	f.cluster(c.Flags())
	c.Flags().BoolVar(&f.options.Keep, "keep", false, "leave the cluster standing, also after a failure")
	return c
}

func up(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "up",
		Short: "Create a cluster with the images in it, and leave it standing",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.reported(func(o pipeline.Options) error { return pipeline.Up(c.Context(), o) })
		},
	}
	f.cluster(c.Flags())
	return c
}

func deploy(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "deploy",
		Short: "Install the releases and dashboards on the cluster that stands",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.reported(func(o pipeline.Options) error { return pipeline.Deploy(c.Context(), o) })
		},
	}
}

func drill(f *flags) *cobra.Command {
	var list bool
	c := &cobra.Command{
		Use:   "drill [NAME...]",
		Short: "Hold the named drills, or all, on the cluster that stands",
		RunE: func(c *cobra.Command, names []string) error {
			if list {
				return listDrills(f)
			}
			return f.reported(func(o pipeline.Options) error { return pipeline.Drill(c.Context(), o, names...) })
		},
	}
	c.Flags().BoolVar(&list, "list", false, "show the drills that there are")
	return c
}

func down(f *flags) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "down",
		Short: "Remove a run's cluster and everything that it left",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.shown(func(o pipeline.Options) error { return pipeline.Down(c.Context(), o, all) })
		},
	}
	c.Flags().BoolVar(&all, "all", false, "remove every run, also those that were killed")
	return c
}
