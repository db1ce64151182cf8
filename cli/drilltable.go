package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	drills "firedrill/pipeline/drill"
)

// printTouched lists what faults would change.
func printTouched(out io.Writer, touched []drills.Touched) {
	if len(touched) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DRILL\tFAULT\tKIND\tNAMESPACE\tNAME\tCHANGE")
	for _, t := range touched {
		for _, o := range t.Objects {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.Drill, t.Fault, o.Kind, dash(o.Namespace), o.Name, o.Change)
		}
	}
	_ = w.Flush()
}

// printLeftOut lists the drills that must not be held, a line a reason.
func printLeftOut(out io.Writer, left []drills.LeftOut) {
	if len(left) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "LEFT OUT\tBECAUSE")
	for _, l := range left {
		fmt.Fprintf(w, "%s\t%s\n", l.Drill, strings.ReplaceAll(l.Why.Error(), "\n", "\n\t"))
	}
	_ = w.Flush()
}

// printTallies shows how drills went that were held more than once.
func printTallies(out io.Writer, results []drills.Result) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DRILL\tWAY\tPASSED\tFAILED\tP50\tMAX\tMAX/FLOOR")
	for _, t := range drills.Tallies(results) {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\t%s\n", t.Drill, dash(t.Way), t.Passed, t.Failed,
			figure(t.Median, "%.1f s"), figure(t.Longest, "%.1f s"), figure(t.Ratio, "%.2f"))
	}
	_ = w.Flush()
}

func figure(value *float64, format string) string {
	if value == nil {
		return "-"
	}
	return fmt.Sprintf(format, *value)
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
