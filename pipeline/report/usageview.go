package report

import (
	"fmt"
	"sort"
)

// usageView is what the page shows of what the releases use.
type usageView struct {
	Rows  []usageRow
	Total usageRow
}

// usageRow is a release or all of them. Shares are percent of the limit, or
// of the budget.
type usageRow struct {
	Name, Namespace string
	Pods            int
	Memory, CPU     string
	MemoryOf, CPUOf string
	MemoryShare     *float64
	Over            bool
}

var memoryUnit = unit{id: "bytes"}

func newUsageView(u *Usage) *usageView {
	if u == nil || len(u.Releases) == 0 {
		return nil
	}
	v := &usageView{}
	var memory, cpu float64
	for _, r := range u.Releases {
		memory, cpu = memory+r.MemoryBytes, cpu+r.CPUCores
		v.Total.Pods += r.Pods
		row := usageRow{
			Name: r.Name, Namespace: r.Namespace, Pods: r.Pods,
			Memory: memoryUnit.format(r.MemoryBytes), CPU: cpuText(r.CPUCores), MemoryOf: "no limit",
		}
		if r.MemoryLimitBytes > 0 {
			row.share(r.MemoryBytes, r.MemoryLimitBytes, "")
		}
		v.Rows = append(v.Rows, row)
	}
	sort.SliceStable(v.Rows, func(i, j int) bool { return v.Rows[i].Name < v.Rows[j].Name })
	v.Total.Name, v.Total.Memory, v.Total.CPU = "all", memoryUnit.format(memory), cpuText(cpu)
	if b := u.Budget; b != nil {
		v.Total.share(memory, b.MemoryBytes, "the budget of ")
		v.Total.CPUOf = "budget " + cpuText(b.CPUCores)
		v.Total.Over = memory > b.MemoryBytes || cpu > b.CPUCores
	}
	return v
}

func (r *usageRow) share(used, of float64, what string) {
	share := percent(used, of)
	r.MemoryShare = &share
	r.MemoryOf = fmt.Sprintf("%.0f %% of %s%s", 100*used/of, what, memoryUnit.format(of))
}

// cpuText keeps to cores, as requests and limits are written.
func cpuText(cores float64) string { return fmt.Sprintf("%.3f cores", cores) }
