package cli

import (
	"time"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
)

func certificatesCommand(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "certificates",
		Short: "The cluster's own authority: change its root",
		// Without these a mistyped subcommand would print the help and succeed.
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(rotateCommand(f))
	return c
}

func rotateCommand(f *flags) *cobra.Command {
	var overlap time.Duration
	c := &cobra.Command{
		Use:   "rotate",
		Short: "Make a new root, sign everything under it, and stop trusting the old one",
		Long: `Everybody is told to trust the old root and the new one, the cluster gets an
intermediate under the new one, every certificate is signed again, and in the end
the new root alone is trusted. What reads these only at its start is restarted each
time, if it is of the content and its chart says so: docs/tls.md tells how. So nobody
shows at any time what another one does not trust, but who is restarted is away for
some seconds. If it ends in between, rotate again: it goes on where it was.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.reported(func(o pipeline.Options) error { return pipeline.RotateCertificates(c.Context(), o, overlap) })
		},
	}
	c.Flags().DurationVar(&overlap, "overlap", 2*time.Minute, "how long pods are given to hear of a change, twice; a kubelet takes up to two minutes")
	return c
}
