package lokitest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// compare tells what is missing and what is too much.
func compare(want, found []Alarm) error {
	rest := slices.Clone(found)
	var missing []Alarm
	for _, w := range want {
		i := slices.IndexFunc(rest, w.fits)
		if i < 0 {
			missing = append(missing, w)
			continue
		}
		rest = slices.Delete(rest, i, i+1)
	}
	if len(missing) == 0 && len(rest) == 0 {
		return nil
	}
	return fmt.Errorf("not as expected\n  does not fire: %s\n  fires besides: %s", list(missing), list(rest))
}

// fits tells whether an alarm has these labels, besides its name, and at least
// these annotations.
func (a Alarm) fits(found Alarm) bool {
	labels := maps.Clone(found.Labels)
	delete(labels, "alertname")
	if !maps.Equal(a.Labels, labels) {
		return false
	}
	for key, text := range a.Annotations {
		if found.Annotations[key] != text {
			return false
		}
	}
	return true
}

func list(alarms []Alarm) string {
	if len(alarms) == 0 {
		return "nothing"
	}
	var all []string
	for _, a := range alarms {
		all = append(all, fmt.Sprintf("%v %q", a.Labels, a.Annotations))
	}
	return strings.Join(all, "; ")
}
