package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What a reader must be able to rely on, wherever the moments lie: no label
// over another one, no line through a label.
func TestMarksDoNotOverlap(t *testing.T) {
	names := []string{"fault", "pending", "firing", "notification", "repair", "resolved"}
	for _, seconds := range [][]float64{
		{0, 0, 0, 0, 0, 0},
		{0, 2.3, 4.3, 6.3, 12.4, 17.6},
		{0, 30, 30.1, 30.2, 30.3, 400},
		{0, 600, 601, 602, 603, 604},
		{0, 1, 2, 500, 501, 502},
	} {
		var all []moment
		for i, s := range seconds {
			all = append(all, moment{Name: names[i], Class: names[i], After: "+12.3 s", At: time.Unix(0, int64(s*1e9))})
		}
		total := max(seconds[len(seconds)-1], 1)
		x := func(at time.Time) float64 { return plotLeft + (plotRight-plotLeft)*float64(at.UnixNano())/1e9/total }
		marks, lanes := newMarks(all, x)
		require.Len(t, marks, len(all))
		for i, a := range marks {
			require.LessOrEqual(t, a.X+labelWidth(a.moment), chartWidth, "%v: label of %s runs out of the picture", seconds, a.Name)
			require.LessOrEqual(t, a.LabelY, laneHeight*float64(lanes))
			for _, b := range marks[i+1:] {
				covered := b.X <= a.X+labelWidth(a.moment)
				require.False(t, covered && b.Top <= a.LabelY, "%v: line or label of %s in that of %s", seconds, b.Name, a.Name)
			}
		}
	}
}

func TestChartWithoutValues(t *testing.T) {
	require.Nil(t, newChart(Drill{}))
	require.Nil(t, newChart(Drill{Graph: &Graph{Query: "up"}, Ways: []Way{{Way: "prometheus"}}}))
	now := time.Date(2026, 3, 14, 5, 0, 0, 0, time.UTC)
	c := newChart(Drill{Graph: &Graph{Query: "up", Samples: []Sample{{Time: now}}}})
	require.Empty(t, c.Line)
	require.Nil(t, c.Threshold)

	c = newChart(Drill{Ways: []Way{{Way: "grafana", Times: Times{Fault: &now, Firing: ptr(now.Add(time.Second))}}}})
	require.Empty(t, c.Levels, "the ways are shown also without a graph")
	require.Equal(t, []laneBar{{X: plotRight, End: plotRight + 1, Class: "firing"}}, c.Lanes[0].Bars)
}

func TestStairsLeaveGaps(t *testing.T) {
	sample := func(s int64, v *float64) Sample { return Sample{time.Unix(s, 0), v} }
	path := stairs([]Sample{sample(0, ptr(1.0)), sample(1, ptr(0.0)), sample(2, nil), sample(3, nil), sample(4, ptr(1.0)), sample(5, ptr(1.0))},
		func(at time.Time) float64 { return float64(at.Unix()) * 10 }, func(v float64) float64 { return 100 - 100*v })
	require.Equal(t, "M0 0H10V100H20M40 0H50V0", path)
}

func TestAxis(t *testing.T) {
	for _, c := range []struct {
		values    []float64
		threshold *float64
		want      axis
	}{
		{[]float64{0, 1}, ptr(1.0), axis{0, 1, 0.25}},
		{[]float64{0, 0}, nil, axis{0, 1, 0.25}},
		{[]float64{0.2, 0.31}, ptr(0.5), axis{0, 0.6, 0.2}},
		{[]float64{-3, 950}, nil, axis{-250, 1000, 250}},
		{[]float64{12e6}, nil, axis{0, 15e6, 5e6}},
	} {
		g := &Graph{Threshold: c.threshold}
		for _, v := range c.values {
			g.Samples = append(g.Samples, NewSample(time.Time{}, v))
		}
		got := graphAxis(g)
		require.InDelta(t, c.want.low, got.low, 1e-9, "%v", c.values)
		require.InDelta(t, c.want.high, got.high, 1e-9, "%v", c.values)
		require.InDelta(t, c.want.step, got.step, 1e-9, "%v", c.values)
	}
}

func TestTimeStepKeepsToTheNumberOfMarks(t *testing.T) {
	for _, total := range []float64{0.05, 1, 59, 61, 727, 3600, 9000, 90000} {
		require.LessOrEqual(t, total/timeStep(total, 6), 6.0)
		require.LessOrEqual(t, len(timelineTicks(total)), 7)
	}
}

func TestTimelineStaysWithinItsTrack(t *testing.T) {
	for _, name := range runs {
		for _, row := range newTimeline(model(t, name)).Rows {
			require.GreaterOrEqual(t, row.Left, 0.0, row.Name)
			require.LessOrEqual(t, row.Left+row.Width, 100.01, row.Name)
		}
	}
}
