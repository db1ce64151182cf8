package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/report"
)

func reportCommand(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "report EVENTS",
		Short: "Write the report again from a run's events.jsonl, also of a killed run",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			model, err := report.FromEvents(args[0])
			if err != nil {
				return err
			}
			dir := filepath.Dir(args[0])
			if err := report.Write(dir, model); err != nil {
				return err
			}
			fmt.Fprintln(f.stdout, filepath.Join(dir, "report.html"))
			return nil
		},
	}
}

func listDrills(f *flags) error {
	drills, err := pipeline.Drills(f.options)
	for _, d := range drills {
		fmt.Fprintf(f.stdout, "%s  (rule %s)\n    %s\n", d.Name, d.Rule, d.About)
	}
	return err
}
