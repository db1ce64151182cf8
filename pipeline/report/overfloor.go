package report

import (
	"fmt"
	"slices"
	"strings"
)

// overFloor names the ways of drills that passed which took more than so many times
// their floor, and those of which no floor is known; 0 names none. Of a drill that
// was repeated the slowest time counts.
func overFloor(m *Model, limit float64) []string {
	if limit <= 0 {
		return nil
	}
	slowest, unknown := map[string]float64{}, map[string]bool{}
	var order []string
	for _, o := range heldDrills(m) {
		if o.Status != Passed {
			continue
		}
		for _, w := range o.Result.Ways {
			way := cleanLine(o.Result.Name + " by " + w.Way)
			if !slices.Contains(order, way) {
				order = append(order, way)
			}
			if w.Ratio == nil {
				unknown[way] = true
				continue
			}
			slowest[way] = max(slowest[way], *w.Ratio)
		}
	}
	var over, without []string
	for _, way := range order {
		if r := slowest[way]; r > limit {
			over = append(over, fmt.Sprintf("%s %.2f", way, r))
		}
		if unknown[way] {
			without = append(without, way)
		}
	}
	return slices.Concat(listed(fmt.Sprintf("over %g times the floor: ", limit), over), listed("no floor is known: ", without))
}

// listed is one line, none for an empty list.
func listed(what string, list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return []string{what + strings.Join(list, ", ")}
}
