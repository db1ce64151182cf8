package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/channels"
)

func channelsCommand(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "channels",
		Short: "Test the channels by which people are notified",
		// Without these a mistyped subcommand would print the help and succeed.
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(channelsTest(f))
	return c
}

func channelsTest(f *flags) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "test",
		Short: "Send one marked notification through each receiver",
		Long: `Sends an alarm FiredrillChannelTest with the label drill="true" through every
receiver of Alertmanager and every contact point of Grafana on the cluster that
stands, or that of --kubeconfig, and says which were delivered. Real people get
it: its summary begins with [DRILL].`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.watched(func(o pipeline.Options) error {
				results, err := pipeline.TestChannels(c.Context(), o)
				if len(results) == 0 {
					return err
				}
				if asJSON {
					return errors.Join(f.json(results), err)
				}
				return errors.Join(channels.Table(f.stdout, results), err)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return c
}
