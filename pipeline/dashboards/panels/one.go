package panels

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"firedrill/pipeline/dashboards"
)

// Found is a series or a line of a log that a panel shows, with the labels that
// its data source gave it.
type Found struct {
	Labels map[string]string
	// Times are those at which there was a value, or the line's.
	Times []time.Time
}

// One asks what one panel of the first of the dashboards asks, and gives what
// came back with its labels. Series without a value are left out.
func One(ctx context.Context, o Options, panel int64) ([]Found, error) {
	if len(o.Dashboards) == 0 {
		return nil, errors.New("no dashboard is named whose panel is to be asked")
	}
	o = o.withDefaults()
	c := check{o: o, dashboard: o.Dashboards[0]}
	c.list(c.dashboard.Content.Panels, "")
	i := slices.IndexFunc(c.panels, func(p dashboards.Panel) bool { return p.ID != nil && *p.ID == panel })
	if i < 0 {
		return nil, fmt.Errorf("dashboard %q has no panel %d", c.dashboard.Title, panel)
	}
	p := c.panels[i]
	if !asks(p) {
		return nil, fmt.Errorf("panel %q asks nothing: it shows text or the like", p.Title)
	}
	at, err := c.span("")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	frames, err := c.frames(ctx, p, c.scope(ctx, at))
	return found(frames), err
}

// found takes the series of frames, or else the rows of tables and the lines of
// logs.
func found(frames []frame) []Found {
	var all []Found
	for _, f := range frames {
		switch {
		case f.column("string") >= 0:
			all = append(all, f.labelledRows()...)
		default:
			for _, s := range series([]frame{f}) {
				if one := valued(s); len(one.Times) > 0 {
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// valued keeps the times at which the series had a value.
func valued(s labelled) Found {
	one := Found{Labels: s.byName}
	for i, v := range s.Values {
		if !math.IsNaN(v) {
			one.Times = append(one.Times, s.Times[i])
		}
	}
	return one
}

// labelledRows takes the rows of a frame with texts: a log has the labels of a
// line in one column, a table has a column for each.
func (f frame) labelledRows() []Found {
	times := f.times()
	sets := f.values(f.column("other", "labels"))
	all := make([]Found, f.rows())
	for row := range all {
		all[row].Labels = map[string]string{}
		if row < len(times) {
			all[row].Times = times[row : row+1]
		}
		if row < len(sets) {
			set, _ := sets[row].(map[string]any)
			for name, value := range set {
				all[row].Labels[name] = fmt.Sprint(value)
			}
			continue
		}
		for i, column := range f.Schema.Fields {
			if values := f.values(i); column.Type == "string" && row < len(values) {
				all[row].Labels[cmp.Or(column.Config.DisplayName, column.Name)] = fmt.Sprint(values[row])
			}
		}
	}
	return all
}
