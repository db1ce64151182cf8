package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"firedrill/pipeline"
	"firedrill/pipeline/report"
)

func reportCommand(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "report EVENTS",
		Short: "Write the report again from a run's events.jsonl, also of a killed run",
		Long: `Writes report.html, junit.xml and summary.json beside the events. In GitHub Actions
it also adds the run to the job's page, as a run does that is not in a container.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("which run? Name its events, as in `firedrill report out/events.jsonl`")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			model, err := report.FromEvents(args[0])
			if err != nil {
				return err
			}
			dir := filepath.Dir(args[0])
			if err := report.Write(dir, model); err != nil {
				return err
			}
			if err := report.AddToJob(os.Getenv, model); err != nil {
				return err
			}
			fmt.Fprintln(f.stdout, filepath.Join(dir, "report.html"))
			return nil
		},
	}
}

// listDrills is `drill --list`.
func (f *flags) listDrills(ctx context.Context) error {
	if err := f.complete(); err != nil {
		return err
	}
	drills, err := pipeline.Drills(ctx, f.options)
	for _, d := range drills {
		proves := "rule " + d.Rule
		if d.Rule == "" {
			proves = "nobody notices"
		}
		fmt.Fprintf(f.stdout, "%s  (%s)\n    %s\n", d.Name, proves, d.About)
	}
	return err
}
