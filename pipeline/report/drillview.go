package report

// drillsView is what the page shows of all drills.
type drillsView struct {
	Channels []string
	Drills   []drillView
	// Abreast is nil for a single drill.
	Abreast *abreast
	// More are those whose details are left out.
	More int
	// Limits are the drills whose graphs have a limit.
	Limits []limitView
}

// So few drills are shown unfolded, and of so many that passed the details: a
// run that repeats its drills has hundreds.
const (
	fewDrills   = 2
	maxDetailed = 100
)

// drillView is what the page shows of one drill.
type drillView struct {
	*Work
	Drill Drill
	Chart *chart
	Ways  []wayView
	// Detailed tells whether its details are shown, Open whether unfolded.
	Detailed, Open bool
	// Rows are the moments of the drill in the order in which they come.
	Rows []momentRow
	// Besides is what came that should not, Announced what may.
	Besides   []beside
	Announced []string
	// Floors say what the floor of each way consists of.
	Floors []string
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
	list := heldDrills(m)
	for _, o := range list {
		all = append(all, o.Result)
		for _, w := range o.Result.Ways {
			longest = max(longest, value(w.Seconds.FaultToNotification), value(w.FloorSeconds))
		}
	}
	v.Channels = channels(all...)
	for i, o := range list {
		d := newDrillView(o)
		d.Open = len(list) <= fewDrills || o.Status == Failed
		d.Detailed = o.Status == Failed || i < maxDetailed
		for _, w := range o.Result.Ways {
			d.Ways = append(d.Ways, newWayView(w, v.Channels, longest))
		}
		v.Drills = append(v.Drills, d)
	}
	v.Abreast, v.Limits = newAbreast(m), newLimitViews(list, m.Last)
	v.More = len(list) - v.detailed()
	return v
}

// detailed counts the drills whose details are shown.
func (v drillsView) detailed() int {
	n := 0
	for _, d := range v.Drills {
		if d.Detailed {
			n++
		}
	}
	return n
}

func newDrillView(o outcome[Drill]) drillView {
	d := drillView{
		Work: o.Work, Drill: o.Result, Chart: newChart(o.Result), Rows: momentRows(o.Result),
		Besides: o.Result.besides(), Floors: floors(o.Result),
	}
	for _, a := range o.Result.Also {
		d.Announced = append(d.Announced, a.String())
	}
	return d
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
