package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"firedrill/pipeline"
	"firedrill/pipeline/report"
)

// flags are what the command line says, and where to answer.
type flags struct {
	options        pipeline.Options
	stdout, stderr io.Writer
}

// register defines the flags that every command has.
func (f *flags) register(set *pflag.FlagSet) {
	o := &f.options
	set.StringVar(&o.Content, "content", "firedrill.yaml", "`file` that names releases, dashboards and smoketests")
	set.StringVar(&o.Cache, "cache", "", "`folder` of images, build caches and runs (default: firedrill in your cache folder, or $FIREDRILL_CACHE)")
	set.StringVar(&o.Out, "out", "out", "`folder` for the report")
	set.StringVar(&o.Name, "name", "", "`name` of the run (default: a new one, or the only one that stands)")
	set.StringVar(&o.Engine, "engine", "auto", "container `engine`: docker, podman, nerdctl, or auto: the first that can start a privileged container")
	set.StringVar(&o.Images, "images", "auto", "`where` images come from: registry, source, or auto: the registries if all answer")
	set.StringVar(&o.Mirror, "registry-mirror", "", "registry `HOST[:PORT][/PREFIX]` to use in place of all others")
	set.StringVar(&o.Pins, "pins", "", "`file` with image digests that take the place of those in image.yaml")
	set.StringVar(&o.Kubeconfig, "kubeconfig", "", "`file` of an existing cluster to work on; none is created or deleted")
}

// cluster defines the flags of commands that create one.
func (f *flags) cluster(set *pflag.FlagSet) {
	set.IntVar(&f.options.Nodes, "nodes", 0, "`number` of nodes (default: as the content says)")
	set.BoolVar(&f.options.KubeconfigMerge, "kubeconfig-merge", false, "add the cluster to your own kubeconfig while it stands")
}

// ceiling defines the flags of commands that hold drills.
func (f *flags) ceiling(set *pflag.FlagSet) {
	set.Var(&f.options.MaxMemory, "max-memory", "`amount` of memory that drills may take of this machine, such as 8Gi (default: the content's ceiling)")
	set.Var(&f.options.MaxCPU, "max-cpu", "`amount` of CPU that drills may take of this machine, such as 1500m (default: the content's ceiling)")
}

// notify defines the flags of commands whose end may be told to somebody.
func (f *flags) notify(c *cobra.Command) {
	o := &f.options.Notify
	c.Flags().StringVar(&o.URL, "notify", "", "`URL` to tell when a run fails or recovers (or $FIREDRILL_NOTIFY_URL, which other users of the machine do not see)")
	c.Flags().StringVar(&o.Format, "notify-format", "auto", "`format` of what is told: generic, slack, teams, or auto: by the host of the URL")
	c.Flags().StringVar(&o.State, "notify-state", "", "`folder` that remembers how the last run ended (default: one in the cache)")
	c.PreRun = func(c *cobra.Command, _ []string) {
		o.Command = c.Name()
		if o.URL == "" {
			o.URL = os.Getenv("FIREDRILL_NOTIFY_URL")
		}
	}
}

// checking defines the flag of commands whose work takes long.
func (f *flags) checking(set *pflag.FlagSet) {
	set.BoolVar(&f.options.CheckOnly, "check-only", false, "say what is wrong with the flags and the content, also to --notify; do nothing else")
}

// complete fills in what depends on this machine.
func (f *flags) complete() (err error) {
	if f.options.Cache == "" {
		f.options.Cache, err = pipeline.CacheDir()
	} else {
		f.options.Cache, err = filepath.Abs(f.options.Cache)
	}
	return err
}

// shown runs work with its progress on the standard error.
func (f *flags) shown(work func(pipeline.Options) error) error {
	return brief(f.watched(work), "see above")
}

// reported is shown for work that writes a report. The last line says where.
func (f *flags) reported(work func(pipeline.Options) error) error {
	page := "the report is " + filepath.Join(f.options.Out, "report.html")
	err := f.watched(work)
	if f.options.CheckOnly {
		return err // there is no report
	}
	if err == nil {
		fmt.Fprintln(f.stderr, page)
	}
	return brief(err, page)
}

func (f *flags) watched(work func(pipeline.Options) error) error {
	if err := f.complete(); err != nil {
		return err
	}
	live := report.Live(f.screen())
	f.options.Sink = live.Sink()
	err := work(f.options)
	return errors.Join(err, live.Close())
}

func (f *flags) screen() report.Screen {
	file, isFile := f.stderr.(*os.File)
	return report.Screen{Out: f.stderr, Env: os.Getenv, Terminal: isFile && term.IsTerminal(int(file.Fd()))}
}
