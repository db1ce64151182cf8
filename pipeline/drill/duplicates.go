package drill

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// duplicates are the notifications of the drill's alarm that came by this way
// more than once with the same content since the fault; what inbox has from
// before is not the drill's. Alertmanager promises at least one of each, so that
// they are counted and fail nothing.
func (w *way) duplicates() []Duplicate {
	if w.result.Times.Fault == nil {
		return nil
	}
	type content struct{ receiver, channel, status, alarms string }
	counts := map[content]*Duplicate{}
	for _, n := range w.seen.notes {
		if !w.sent(n) || n.Received.Before(*w.result.Times.Fault) {
			continue
		}
		ours, status := false, "resolved"
		var alarms, keys []string
		for _, a := range n.Alarms {
			ours = ours || w.own(a)
			if a.Status == "firing" {
				status = "firing"
			}
			alarms = append(alarms, w.nameOf(a)+" "+a.Status)
			keys = append(keys, alarms[len(alarms)-1]+" "+a.StartsAt.UTC().Format(time.RFC3339Nano))
		}
		if !ours {
			continue
		}
		slices.Sort(alarms)
		slices.Sort(keys)
		key := content{n.Receiver, n.Channel, status, strings.Join(keys, "\n")}
		if counts[key] == nil {
			counts[key] = &Duplicate{Receiver: n.Receiver, Channel: n.Channel, Status: status, Alarms: alarms}
		}
		counts[key].Count++
	}
	var all []Duplicate
	for _, d := range counts {
		if d.Count > 1 {
			all = append(all, *d)
		}
	}
	return all
}

// unique sorts duplicates, and counts those once that two ways of one receiver
// have seen.
func unique(all []Duplicate) []Duplicate {
	compare := func(a, b Duplicate) int {
		return cmp.Or(cmp.Compare(a.Receiver, b.Receiver), cmp.Compare(a.Channel, b.Channel), -cmp.Compare(a.Status, b.Status), slices.Compare(a.Alarms, b.Alarms))
	}
	slices.SortFunc(all, compare)
	return slices.CompactFunc(all, func(a, b Duplicate) bool { return compare(a, b) == 0 && a.Count == b.Count })
}
