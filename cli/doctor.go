package cli

import (
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/machine"
)

func doctor(f *flags) *cobra.Command {
	var fix bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say what this machine can and cannot do, with the fix for each lack",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			var found *machine.Machine
			err := f.shown(func(o pipeline.Options) (err error) {
				found, err = pipeline.Doctor(c.Context(), o, fix)
				return err
			})
			if err != nil {
				return err
			}
			if err := f.printChecks(found); err != nil {
				return err
			}
			return ready(found)
		},
	}
	c.Flags().BoolVar(&fix, "fix", false, "apply the fixes that are safe: install Debian packages, make folders")
	return c
}

// ready says that something is lacking; what, the checks have shown.
func ready(m *machine.Machine) error {
	if m.Ready() == nil {
		return nil
	}
	if slices.ContainsFunc(m.Checks, func(c machine.Check) bool { return c.Status == machine.Lack && c.Safe }) {
		return errors.New("a run would not work here; `firedrill doctor --fix` does what is safe of the above")
	}
	return errors.New("a run would not work here; the lacks above have their fix beside them")
}

func (f *flags) printChecks(m *machine.Machine) error {
	w := tabwriter.NewWriter(f.stdout, 0, 0, 2, ' ', 0)
	for _, c := range m.Checks {
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Status, c.Name, c.Found)
		if c.Fix != "" {
			fmt.Fprintf(w, "\t\twanted: %s\n\t\tfix: %s\n", c.Wanted, c.Fix)
		}
	}
	return w.Flush()
}
