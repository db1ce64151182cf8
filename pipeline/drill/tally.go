package drill

import (
	"math"
	"slices"
)

// Tally sums up how a drill went by one way, over all times that it was held.
type Tally struct {
	Drill string `json:"drill"`
	Way   string `json:"way"`
	// Passed and Failed count the drills, of which this is one way.
	Passed int `json:"passed"`
	Failed int `json:"failed"`
	// Median and Longest are from fault to notification, in seconds; null when
	// nothing was notified. Ratio is the longest divided by its floor.
	Median  *float64 `json:"median"`
	Longest *float64 `json:"longest"`
	Ratio   *float64 `json:"ratio"`
}

// Tallies sums up results, in the order in which drills and ways first come.
func Tallies(results []Result) []Tally {
	var all []Tally
	latencies := map[[2]string][]float64{}
	for _, r := range results {
		ways := r.Ways
		if len(ways) == 0 { // it failed before any was watched
			ways = []WayResult{{}}
		}
		for _, w := range ways {
			i := slices.IndexFunc(all, func(t Tally) bool { return t.Drill == r.Name && t.Way == w.Way })
			if i < 0 {
				i, all = len(all), append(all, Tally{Drill: r.Name, Way: w.Way})
			}
			all[i].count(r.Status, w.Ratio)
			key := [2]string{r.Name, w.Way}
			if took := w.Seconds.FaultToNotification; took != nil {
				latencies[key] = append(latencies[key], *took)
			}
		}
	}
	for i, t := range all {
		all[i].measure(latencies[[2]string{t.Drill, t.Way}])
	}
	return all
}

func (t *Tally) count(status string, ratio *float64) {
	if status == Passed {
		t.Passed++
	} else {
		t.Failed++
	}
	if ratio != nil && (t.Ratio == nil || *ratio > *t.Ratio) {
		t.Ratio = ratio
	}
}

func (t *Tally) measure(took []float64) {
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	longest := took[len(took)-1]
	median := took[int(math.Ceil(float64(len(took))/2))-1]
	t.Median, t.Longest = &median, &longest
}
