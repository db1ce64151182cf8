package cli

import (
	"github.com/spf13/cobra"

	"firedrill/pipeline"
)

func secretsCommand(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "secrets",
		Short: "Change the key by which Secrets are encrypted",
		// Without these a mistyped subcommand would print the help and succeed.
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(secretsRotate(f))
	return c
}

func secretsRotate(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "rotate",
		Short: "Give the Secrets of the cluster that stands a new key in etcd",
		Long: `Puts a new key before the old one, waits until the API server works with it,
writes every Secret again, and takes the old key away. The API server answers all
the time; it looks at its keys every minute, so this takes two. One that was
interrupted is gone on with by the same command.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.shown(func(o pipeline.Options) error { return pipeline.RotateKey(c.Context(), o) })
		},
	}
}
