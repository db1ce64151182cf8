package report

import "time"

// limitView is a drill whose graph has a limit, drawn small, so that several
// can be read beside each other.
type limitView struct {
	Drill string
	About string
	Panel panelView
}

// newLimitViews leaves out drills that have no limit, and repetitions.
func newLimitViews(list []outcome[Drill], now time.Time) []limitView {
	var views []limitView
	drawn := map[string]bool{}
	for _, o := range list {
		g := o.Result.Graph
		if g == nil || len(g.LimitSamples) == 0 || drawn[o.Result.Name] {
			continue
		}
		drawn[o.Result.Name] = true
		views = append(views, limitView{
			Drill: o.Name, About: o.Result.About,
			Panel: newPanelView(Panel{
				Title: o.Name, Type: "timeseries", Unit: g.Unit, Width: 12, Outcome: WithData,
				Series: []Series{{Name: "measured", Points: thinned(g.Samples)}, {Name: "limit", Points: thinned(g.LimitSamples)}},
			}, now),
		})
	}
	return views
}
