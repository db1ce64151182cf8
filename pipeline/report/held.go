package report

import "sort"

// The items of the step drill that are no drills: nothing may fire before the
// first one and after the last one.
const (
	quietBefore = "quiet"
	quietAfter  = "quiet again"
)

func isQuiet(item string) bool { return item == quietBefore || item == quietAfter }

// heldDrills are the drills among the items of their step, by name.
func heldDrills(m *Model) []outcome[Drill] {
	var list []outcome[Drill]
	for _, o := range outcomes[Drill](m, stepDrill) {
		if !isQuiet(o.Name) {
			list = append(list, o)
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}
