package report

import "sort"

// drillsView is what the page shows of all drills.
type drillsView struct {
	Channels []string
	Drills   []drillView
}

// drillView is what the page shows of one drill.
type drillView struct {
	*Work
	Drill Drill
	Chart *chart
	Ways  []wayView
	// Rows are the moments of the drill in the order in which they come.
	Rows []momentRow
}

// wayView is what the page shows of one way of a drill.
type wayView struct {
	Way
	// Channels are the latencies of the channels of all drills, nil without.
	Channels []*float64
	// NotifiedWidth and FloorLeft are percent of the longest latency shown.
	NotifiedWidth, FloorLeft float64
	// Messages are the notifications, one for all channels that say the same.
	Messages []message
}

// momentRow is a moment with its time on each way, nil where it was not seen.
type momentRow struct {
	Name, Class string
	// Clock is set if the moment is the same on all ways.
	Clock string
	Cells []*moment
}

func newDrillsView(m *Model) drillsView {
	var v drillsView
	var all []Drill
	longest := 0.0
	list := outcomes[Drill](m, stepDrill)
	for _, o := range list {
		all = append(all, o.Result)
		for _, w := range o.Result.Ways {
			longest = max(longest, value(w.Seconds.FaultToNotification), value(w.FloorSeconds))
		}
	}
	v.Channels = channels(all...)
	for _, o := range list {
		d := drillView{Work: o.Work, Drill: o.Result, Chart: newChart(o.Result), Rows: momentRows(o.Result)}
		for _, w := range o.Result.Ways {
			d.Ways = append(d.Ways, newWayView(w, v.Channels, longest))
		}
		v.Drills = append(v.Drills, d)
	}
	sort.Slice(v.Drills, func(i, j int) bool { return v.Drills[i].Name < v.Drills[j].Name })
	return v
}

func newWayView(w Way, channels []string, longest float64) wayView {
	v := wayView{Way: w, Messages: messages(w)}
	for _, c := range channels {
		v.Channels = append(v.Channels, w.by(c).FaultToNotification)
	}
	if longest > 0 {
		v.NotifiedWidth = percent(value(w.Seconds.FaultToNotification), longest*1.05)
		v.FloorLeft = percent(value(w.FloorSeconds), longest*1.05)
	}
	return v
}

// momentRows leaves out what no way has seen.
func momentRows(d Drill) []momentRow {
	var list []momentRow
	for _, s := range stages(channels(d)) {
		row := momentRow{Name: s.name, Class: s.class}
		seen := false
		for _, w := range d.Ways {
			m := s.moment(w)
			row.Cells = append(row.Cells, m)
			seen = seen || m != nil
			if m != nil && s.since == nil {
				row.Clock = m.Clock()
			}
		}
		if seen {
			list = append(list, row)
		}
	}
	return list
}

// Clock is the time of day.
func (m moment) Clock() string { return m.At.UTC().Format("15:04:05.0") }

func value(f *float64) float64 {
	if f == nil {
		return 0
	}
	return *f
}
