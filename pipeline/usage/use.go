package usage

import (
	"cmp"
	"math"
	"slices"
)

// Use is what the pods of one release use, and what they may use.
type Use struct {
	Release, Namespace string
	Pods               int
	// MemoryBytes is the working set: what the kernel cannot take back.
	MemoryBytes float64
	// CPUCores is the mean of the last minute.
	CPUCores float64
	// MemoryLimit is 0 if one of the containers has none.
	MemoryLimit float64
	// Unmeasured are the pods of which Prometheus has no metrics.
	Unmeasured []string
}

// Usage is what all releases use.
type Usage struct {
	// Releases are in the order of their namespaces and names. Pods that are
	// in the same namespaces and belong to none of them have a Use without a
	// name of a release.
	Releases []Use
	// Total is their sum.
	Total Use
}

func sum(uses map[Release]*Use) Usage {
	var all Usage
	for _, use := range uses {
		all.Total.add(*use)
		use.finish()
		all.Releases = append(all.Releases, *use)
	}
	all.Total.finish()
	slices.SortFunc(all.Releases, func(a, b Use) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Release, b.Release))
	})
	return all
}

func (u *Use) add(more Use) {
	u.Pods += more.Pods
	u.MemoryBytes += more.MemoryBytes
	u.CPUCores += more.CPUCores
	u.MemoryLimit += more.MemoryLimit
	u.Unmeasured = append(u.Unmeasured, more.Unmeasured...)
}

// finish makes 0 of an infinite limit, which JSON could not tell, and sorts.
func (u *Use) finish() {
	if math.IsInf(u.MemoryLimit, 1) {
		u.MemoryLimit = 0
	}
	slices.Sort(u.Unmeasured)
}
