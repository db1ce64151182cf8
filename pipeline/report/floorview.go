package report

import (
	"fmt"
	"strings"
)

// text is such as "prometheus 15.0 s: scrape 5.0 s + evaluation 5.0 s + …",
// without the parts that take no time.
func (f Floor) text(way string, o *Onset) string {
	onset := "onset"
	if o != nil && o.Because != "" {
		onset += " (" + o.Because + ")"
	}
	var parts []string
	sum := 0.0
	for _, p := range []struct {
		name    string
		seconds float64
	}{{"effect", f.Effect}, {onset, f.Onset}, {"scrape", f.Scrape}, {"range", f.Range}, {"evaluation", f.Evaluation}, {"for", f.For}, {"group_wait", f.GroupWait}} {
		sum += p.seconds
		if p.seconds > 0 {
			parts = append(parts, p.name+" "+span(p.seconds))
		}
	}
	return strings.TrimSuffix(fmt.Sprintf("%s %s: %s", way, span(sum), strings.Join(parts, " + ")), ": ")
}

// floors are the floors of all ways of a drill, in words.
func floors(d Drill) []string {
	var list []string
	for _, w := range d.Ways {
		if w.Floor != nil {
			list = append(list, w.Floor.text(w.Way, d.Onset))
		}
	}
	return list
}
