package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	drills "firedrill/pipeline/drill"
)

// drillFlags are those of `drill`.
type drillFlags struct {
	*flags
	drilling           pipeline.Drilling
	list, dryRun, mend bool
}

func drill(f *flags) *cobra.Command {
	d := &drillFlags{flags: f}
	c := &cobra.Command{
		Use:   "drill [NAME...]",
		Short: "Hold the named drills, or all, on the cluster that stands",
		Long: `A drill breaks something, waits for the alarm and its notification, repairs what
it broke, and waits for the end of the alarm. It needs the releases deployed.
Drills that do not disturb each other are held side by side. Before the first
and after the last one nothing but the heartbeat may fire.

What a killed drill left broken is mended first.

On a cluster that others use too, look first, then hold. Without names, drills
that must not be held there are left out, and each says why:

  firedrill drill --against CONTEXT --namespace NAME --dry-run
  firedrill drill --against CONTEXT --namespace NAME`,
		RunE: func(c *cobra.Command, names []string) error {
			f.options.Drills = names
			return d.run(c)
		},
	}
	f.notify(c)
	set := c.Flags()
	f.ceiling(set)
	f.checking(set)
	set.BoolVar(&d.list, "list", false, "show the drills that there are")
	set.BoolVar(&d.dryRun, "dry-run", false, "show what each fault would touch; change nothing")
	set.BoolVar(&d.mend, "recover", false, "only mend what killed drills left broken")
	set.IntVar(&d.drilling.Repeat, "repeat", 0, "hold each drill that `often`, and show how it went")
	set.IntVar(&d.drilling.Parallel, "parallel", 0, "hold at most that `many` drills at once (default 12)")
	set.StringVar(&d.drilling.Against, "against", "", "`context` of your kubeconfig: hold the drills on that cluster, which others use too")
	set.StringVar(&d.drilling.Namespace, "namespace", "", "with --against, the only `namespace` in which drills may change anything")
	set.BoolVar(&d.drilling.PageForReal, "page-for-real", false, "with --against, let alarms wake whoever they wake when it is no drill")
	return c
}

// run does what one of the flags asks for, or else holds the drills.
func (d *drillFlags) run(c *cobra.Command) error {
	switch {
	case d.list:
		return d.listDrills(c.Context())
	case d.dryRun:
		if err := d.complete(); err != nil {
			return err
		}
		touched, left, err := pipeline.TouchedByDrills(c.Context(), d.options, d.drilling)
		printTouched(d.stdout, touched)
		printLeftOut(d.stdout, left)
		return err
	case d.mend:
		if len(d.options.Drills) > 0 {
			return errors.New("--recover mends what any drill left; leave the names out")
		}
		return d.reported(func(o pipeline.Options) error { return pipeline.RecoverDrills(c.Context(), o, d.drilling) })
	}
	var results []drills.Result
	err := d.reported(func(o pipeline.Options) (err error) {
		results, err = pipeline.HoldDrillsAs(c.Context(), o, d.drilling)
		return err
	})
	if d.drilling.Repeat > 1 && len(results) > 0 {
		printTallies(d.stdout, results)
	}
	return err
}
