package main

import (
	"slices"
)

// Measured is what bench.json holds: every run as it was, and the medians.
type Measured struct {
	Machine   Machine   `json:"machine"`
	Firedrill []Run     `json:"firedrill"`
	Plain     []Run     `json:"plain"`
	Steps     []Row     `json:"steps"`
	Total     Row       `json:"total"`
	Latencies []Row     `json:"latencies"`
	Parts     []Part    `json:"plain_parts"` // medians, in the order of the work
	LeftOut   []LeftOut `json:"left_out"`
}

// Machine is where the runs took place.
type Machine struct {
	Cores int `json:"cores"`
	// LoadAverage is that of the last minute before the first run.
	LoadAverage float64 `json:"load_average"`
}

// LeftOut is something that only firedrill did.
type LeftOut struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Run is one run of one way.
type Run struct {
	// Seconds is from the program's start to its end.
	Seconds   float64 `json:"seconds"`
	Steps     []Part  `json:"steps"`
	Parts     []Part  `json:"parts,omitempty"`
	Latencies []Part  `json:"latencies"`
	// Busy is how many cores others kept busy just before the run.
	Busy float64 `json:"busy_cores_before"`
}

// Part is some of the work, and the time it took. The name of a step's part
// is STEP/PART.
type Part struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// Row compares the two ways, by their medians. A way that did not do it has
// null, and so has the ratio.
type Row struct {
	Name      string   `json:"name"`
	Firedrill *float64 `json:"firedrill"`
	Plain     *float64 `json:"plain"`
	// Ratio is how many times as long the plain way takes.
	Ratio *float64 `json:"ratio"`
}

// compare fills in the medians.
func (m *Measured) compare() {
	steps := func(r Run) []Part { return r.Steps }
	latencies := func(r Run) []Part { return r.Latencies }
	total := func(r Run) []Part { return []Part{{Name: "total", Seconds: r.Seconds}} }
	m.Steps = rows(medians(m.Firedrill, steps), medians(m.Plain, steps))
	m.Latencies = rows(medians(m.Firedrill, latencies), medians(m.Plain, latencies))
	m.Total = rows(medians(m.Firedrill, total), medians(m.Plain, total))[0]
	m.Parts = medians(m.Plain, func(r Run) []Part { return r.Parts })
}

// medians takes, of each part that some run has, the median of those that
// have it, in the order in which parts first appear.
func medians(runs []Run, parts func(Run) []Part) []Part {
	seconds := map[string][]float64{}
	var names []string
	for _, r := range runs {
		for _, p := range parts(r) {
			if seconds[p.Name] == nil {
				names = append(names, p.Name)
			}
			seconds[p.Name] = append(seconds[p.Name], p.Seconds)
		}
	}
	all := []Part{}
	for _, name := range names {
		all = append(all, Part{Name: name, Seconds: median(seconds[name])})
	}
	return all
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[half-1] + sorted[half]) / 2
	}
	return sorted[half]
}

// rows puts ours beside the plain way's, in our order; what only the plain way
// has comes last.
func rows(ours, plain []Part) []Row {
	all := []Row{}
	for _, p := range ours {
		all = append(all, Row{Name: p.Name, Firedrill: &p.Seconds})
	}
	for _, p := range plain {
		i := slices.IndexFunc(all, func(r Row) bool { return r.Name == p.Name })
		if i < 0 {
			all = append(all, Row{Name: p.Name, Plain: &p.Seconds})
			continue
		}
		all[i].Plain = &p.Seconds
		if ours := *all[i].Firedrill; ours > 0 {
			ratio := p.Seconds / ours
			all[i].Ratio = &ratio
		}
	}
	return all
}
