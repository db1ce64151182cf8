package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/images"
)

func imagesCommand(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "images",
		Short: "Build, pull, list, push, prune and verify images",
		// Without these a mistyped subcommand would print the help and succeed.
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(imagesBuild(f), imagesList(f), imagesLoad(f), imagesPush(f), imagesPrune(f), imagesVerify(f))
	return c
}

func imagesBuild(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "build",
		Short: "Get every image into the store: built from source, or pulled",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.shown(func(o pipeline.Options) error { return pipeline.Images(c.Context(), o) })
		},
	}
	f.checking(c.Flags())
	return c
}

func imagesLoad(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "load",
		Short: "Put the store's images into the nodes of the cluster that stands",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.shown(func(o pipeline.Options) error { return pipeline.LoadImages(c.Context(), o) })
		},
	}
}

func imagesList(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the images in the store, and what the caches take",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := f.complete(); err != nil {
				return err
			}
			store := images.Open(f.options.Cache)
			list, err := store.List()
			if err != nil {
				return err
			}
			if len(list) == 0 {
				fmt.Fprintln(f.stderr, "no images yet: `firedrill images build` gets them")
			}
			w := tabwriter.NewWriter(f.stdout, 0, 0, 2, ' ', 0)
			for _, i := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", i.Name, i.Digest, i.Source, humanize.IBytes(uint64(i.Bytes)))
			}
			if err := w.Flush(); err != nil {
				return err
			}
			sizes, err := store.CacheSize()
			f.printSizes(sizes)
			return err
		},
	}
}

func imagesPush(f *flags) *cobra.Command {
	var pins string
	c := &cobra.Command{
		Use:   "push",
		Short: "Push the store's images to --registry-mirror, for machines behind a firewall",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.shown(func(o pipeline.Options) error { return pipeline.PushImages(c.Context(), o, pins) })
		},
	}
	c.Flags().StringVar(&pins, "write-pins", "pins.yaml", "`file` to write the pushed images' digests to, for --pins")
	return c
}

func imagesPrune(f *flags) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "prune",
		Short: "Drop the build caches; the images stay",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := f.complete(); err != nil {
				return err
			}
			removed, err := images.Open(f.options.Cache).Prune(all)
			f.printSizes(removed)
			return err
		},
	}
	c.Flags().BoolVar(&all, "all", false, "drop the images too")
	return c
}

func imagesVerify(f *flags) *cobra.Command {
	var demanded bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check that the store's images are whole, and made from what is in the checkout",
		Long: `Checks every image of the content: each file in the store is what its digest
says, and an image that was built has a provenance, in the form of in-toto and
SLSA, which is about this image and names the very inputs that are in the checkout.
Images that a registry gave have no provenance of ours; that is said, and is no
failure but with --require-provenance.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.shown(func(o pipeline.Options) error { return pipeline.VerifyImages(c.Context(), o, demanded) })
		},
	}
	c.Flags().BoolVar(&demanded, "require-provenance", false, "fail also for images that a registry gave")
	return c
}

func (f *flags) printSizes(sizes []images.Removed) {
	for _, s := range sizes {
		fmt.Fprintf(f.stdout, "%8s  %s\n", humanize.IBytes(uint64(s.Bytes)), s.What)
	}
}
