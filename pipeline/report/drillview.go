package report

import (
	"fmt"
	"sort"
	"time"
)

// drillView is what the page shows of one drill.
type drillView struct {
	*Work
	Drill Drill
	Chart *chart
	// Moments are the times of the drill in the order in which they came.
	Moments []moment
	// NotifiedWidth and FloorLeft are percent of the longest latency shown.
	NotifiedWidth, FloorLeft float64
}

// moment is something that happened in a drill.
type moment struct {
	Name  string
	At    time.Time
	Clock string
	// After says how long after the fault or the repair it was.
	After string
	// Class names its colour.
	Class string
}

func newDrillViews(m *Model) []drillView {
	var list []drillView
	longest := 0.0
	for _, o := range outcomes[Drill](m, stepDrill) {
		moments := moments(o.Result.Times)
		list = append(list, drillView{Work: o.Work, Drill: o.Result, Chart: newChart(o.Result.Graph, moments), Moments: moments})
		longest = max(longest, notified(o.Result), value(o.Result.FloorSeconds))
	}
	for i := range list {
		if longest > 0 {
			list[i].NotifiedWidth = percent(notified(list[i].Drill), longest*1.05)
			list[i].FloorLeft = percent(value(list[i].Drill.FloorSeconds), longest*1.05)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

func moments(t Times) []moment {
	var list []moment
	for _, m := range []struct {
		name, class string
		at, since   *time.Time
	}{
		{"fault", "fault", t.Fault, nil},
		{"pending", "pending", t.Pending, t.Fault},
		{"firing", "firing", t.Firing, t.Fault},
		{"Alertmanager", "passing", t.Alertmanager, t.Fault},
		{"notification", "notification", t.Receiver, t.Fault},
		{"repair", "repair", t.Repair, nil},
		{"ended", "passing", t.Ended, t.Repair},
		{"resolved", "resolved", t.Resolved, t.Repair},
	} {
		if m.at == nil {
			continue
		}
		one := moment{Name: m.name, Class: m.class, At: *m.at, Clock: m.at.UTC().Format("15:04:05.0")}
		if m.since != nil {
			one.After = fmt.Sprintf("+%s", span(m.at.Sub(*m.since).Seconds()))
		}
		list = append(list, one)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].At.Before(list[j].At) })
	return list
}

func value(f *float64) float64 {
	if f == nil {
		return 0
	}
	return *f
}
