package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// busyLimit is from how many cores kept busy by others on the figures are
// worth a warning.
const busyLimit = 0.2

// writeTable prints the comparison for a person.
func writeTable(w io.Writer, m Measured) {
	fmt.Fprintf(w, "Warm runs: %d of firedrill, %d of the plain way, in turn; medians in seconds.\n", len(m.Firedrill), len(m.Plain))
	fmt.Fprintf(w, "%d cores, load average %.2f before the first run.\n\n", m.Machine.Cores, m.Machine.LoadAverage)

	writeRow(w, "", "firedrill", "plain", "ratio")
	for _, r := range m.Steps {
		r.write(w)
	}
	m.Total.write(w)
	writeRow(w, "fastest to slowest", span(m.Firedrill), span(m.Plain), "")
	fmt.Fprintln(w)
	for _, r := range m.Latencies {
		r.Name = strings.NewReplacer("/", ": ", "_", " ").Replace(r.Name)
		r.write(w)
	}
	writeParts(w, m.Parts)
	writeDoubts(w, m)
}

func writeRow(w io.Writer, name, ours, plain, ratio string) {
	line := fmt.Sprintf("%-40s%14s%14s%8s", name, ours, plain, ratio)
	fmt.Fprintln(w, strings.TrimRight(line, " "))
}

func (r Row) write(w io.Writer) {
	writeRow(w, r.Name, figure("%.1f", r.Firedrill), figure("%.1f", r.Plain), figure("%.2f", r.Ratio))
}

// figure is a number, or a dash for what was not done.
func figure(format string, f *float64) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf(format, *f)
}

func span(runs []Run) string {
	var seconds []float64
	for _, r := range runs {
		seconds = append(seconds, r.Seconds)
	}
	if len(seconds) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f-%.1f", slices.Min(seconds), slices.Max(seconds))
}

func writeParts(w io.Writer, parts []Part) {
	if len(parts) == 0 {
		return
	}
	fmt.Fprint(w, "\nThe plain way's time, command by command:\n")
	for _, p := range parts {
		fmt.Fprintf(w, "  %6.1f  %s\n", p.Seconds, strings.Replace(p.Name, "/", ": ", 1))
	}
}

// writeDoubts says what the figures do not show.
func writeDoubts(w io.Writer, m Measured) {
	for _, l := range m.LeftOut {
		fmt.Fprintf(w, "\nOnly firedrill did this: %s: %s.\n", l.What, l.Why)
	}
	busiest := 0.0
	for _, r := range slices.Concat(m.Firedrill, m.Plain) {
		busiest = max(busiest, r.Busy)
	}
	if busiest >= busyLimit {
		fmt.Fprintf(w, "\nWarning: other programs kept up to %.1f of the %d cores busy: measure again on a quiet machine.\n", busiest, m.Machine.Cores)
	}
}
