package cli

import (
	"github.com/spf13/cobra"

	"firedrill/pipeline"
)

func nightly(f *flags) *cobra.Command {
	var o pipeline.NightlyOptions
	c := &cobra.Command{
		Use:   "nightly",
		Short: "Do the whole job twice, compare, and say what got slower",
		Long: `Does what deploy-and-test does, tears the cluster down, deploys a second time and
compares the two deployments: manifests, objects, dashboards, rules and image
digests. Any difference is drift, and fails the night. How long each step and
each alarm took goes into history.jsonl, and what got slower than in the ten
nights before is named in the report. The run is named nightly unless --name says
otherwise. docs/nightly.md says more.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.reported(func(common pipeline.Options) error {
				o.Options = common
				if o.Name == "" {
					o.Name = "nightly" // so that what a killed night left is found
				}
				return pipeline.Nightly(c.Context(), o)
			})
		},
	}
	f.cluster(c.Flags())
	f.ceiling(c.Flags())
	f.notify(c)
	f.checking(c.Flags())
	c.Flags().StringVar(&o.History, "history", "", "`folder` of history.jsonl (default: that of the report)")
	c.Flags().BoolVar(&o.FromNothing, "from-nothing", false, "drop the images and the build caches first")
	return c
}
