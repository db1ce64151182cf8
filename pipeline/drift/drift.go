// Package drift compares two snapshots of what should be the same.
package drift

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// Part is what the comparison of one part of two snapshots gave.
type Part struct {
	Name string
	// Texts is how many texts were compared.
	Texts       int
	Differences []Difference
}

// Difference is one text that is not the same in both.
type Difference struct {
	Name string
	// Diff is in the unified format, the first deployment against the second.
	Diff string
}

// What stands above the two sides of a diff.
const (
	first  = "first deployment"
	second = "second deployment"
)

// Compare gives every part of either, sorted, with what differs, sorted.
func Compare(a, b map[string]map[string]string) []Part {
	var parts []Part
	for _, name := range keysOf(a, b) {
		part := Part{Name: name}
		for _, text := range keysOf(a[name], b[name]) {
			part.Texts++
			if d, differs := compare(text, a[name], b[name]); differs {
				part.Differences = append(part.Differences, d)
			}
		}
		parts = append(parts, part)
	}
	return parts
}

func keysOf[V any](a, b map[string]V) []string {
	keys := slices.Concat(slices.Collect(maps.Keys(a)), slices.Collect(maps.Keys(b)))
	slices.Sort(keys)
	return slices.Compact(keys)
}

func compare(name string, a, b map[string]string) (Difference, bool) {
	inA, thereA := a[name]
	inB, thereB := b[name]
	if inA == inB && thereA == thereB {
		return Difference{}, false
	}
	diff := difflib.UnifiedDiff{A: lines(inA), B: lines(inB), FromFile: first, ToFile: second, Context: 3}
	switch {
	case !thereA:
		diff.FromFile += ": not there"
	case !thereB:
		diff.ToFile += ": not there"
	}
	text, err := difflib.GetUnifiedDiffString(diff)
	if err != nil || text == "" { // an empty text that is there, and one that is not
		text = fmt.Sprintf("--- %s\n+++ %s\n", diff.FromFile, diff.ToFile)
	}
	return Difference{Name: name, Diff: text}, true
}

// lines end in a line feed each, also the last, as a diff wants them.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return difflib.SplitLines(strings.TrimSuffix(text, "\n"))
}

// Err is nil if the part is the same in both, else an error that shows the
// diffs, up to that many lines of them.
func (p Part) Err(most int) error {
	if len(p.Differences) == 0 {
		return nil
	}
	var shown []string
	for _, d := range p.Differences {
		shown = append(shown, d.Name)
		shown = append(shown, strings.Split(strings.TrimSuffix(d.Diff, "\n"), "\n")...)
	}
	if cut := len(shown) - most; cut > 0 {
		shown = append(shown[:most], fmt.Sprintf("… and %d lines more", cut))
	}
	return fmt.Errorf("%d of %d differ between the first deployment and the second:\n%s", len(p.Differences), p.Texts, strings.Join(shown, "\n"))
}
