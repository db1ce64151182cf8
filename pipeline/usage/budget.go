package usage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"firedrill/pipeline/strict"
)

// Budget is what firedrill.yaml says under `budget`: how much all releases
// together may use. What is not given has no bound.
type Budget struct {
	Memory Quantity `yaml:"memory,omitempty" json:"memory,omitzero" jsonschema_description:"Memory that all releases together may use, such as 3Gi."`
	CPU    Quantity `yaml:"cpu,omitempty" json:"cpu,omitzero" jsonschema_description:"CPU that all releases together may use while nothing happens, such as 500m or 0.5 (cores)."`
}

// Check records every mistake in the part of file that stands at that place.
func (b Budget) Check(file *strict.File, at string) {
	if b == (Budget{}) {
		file.Errorf(at, "says nothing; give memory, such as 3Gi, or cpu, such as 500m")
	}
	for _, part := range []struct {
		key string
		Quantity
	}{{"memory", b.Memory}, {"cpu", b.CPU}} {
		if part.wrong != "" {
			file.Errorf(at+"."+part.key, "%s", part.wrong)
		}
	}
}

// Exceeded is nil if the usage is within the budget. Else it says by how much
// it is not, and which releases use most. What was not measured could be
// anything, so it is an error too.
func (b Budget) Exceeded(u Usage) error {
	var errs []error
	if missing := u.Total.Unmeasured; len(missing) > 0 {
		errs = append(errs, fmt.Errorf("Prometheus has no metrics of %s: look at the scrapes of the kubelet (job cadvisor)", strings.Join(missing, ", ")))
	}
	if over(b.Memory, u.Total.MemoryBytes) {
		errs = append(errs, fmt.Errorf("the releases use %s of memory; the budget is %s; most use %s",
			mebibytes(u.Total.MemoryBytes), b.Memory, most(u, func(u Use) float64 { return u.MemoryBytes }, mebibytes)))
	}
	if over(b.CPU, u.Total.CPUCores) {
		errs = append(errs, fmt.Errorf("the releases use %s; the budget is %s; most use %s",
			cores(u.Total.CPUCores), b.CPU, most(u, func(u Use) float64 { return u.CPUCores }, cores)))
	}
	return errors.Join(errs...)
}

func over(bound Quantity, used float64) bool { return bound.Value > 0 && used > bound.Value }

// most names the three releases that use most.
func most(u Usage, of func(Use) float64, show func(float64) string) string {
	uses := slices.Clone(u.Releases)
	slices.SortStableFunc(uses, func(a, b Use) int { return cmp.Compare(of(b), of(a)) })
	var names []string
	for _, use := range uses[:min(len(uses), 3)] {
		name := use.Release
		if name == "" {
			name = "pods of no release in namespace " + use.Namespace
		}
		names = append(names, fmt.Sprintf("%s %s", name, show(of(use))))
	}
	return strings.Join(names, ", ")
}

func mebibytes(bytes float64) string { return fmt.Sprintf("%.0f MiB", bytes/(1<<20)) }

func cores(n float64) string { return fmt.Sprintf("%.2f cores", n) }
