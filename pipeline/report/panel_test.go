package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var start = time.Date(2026, 3, 14, 5, 0, 0, 0, time.UTC)

func points(values ...float64) Points {
	var list Points
	for i, v := range values {
		list = append(list, NewSample(start.Add(time.Duration(i)*time.Second), v))
	}
	return list
}

func TestPointsAreShortInJSON(t *testing.T) {
	all := Points{{start, ptr(0.5)}, {start.Add(1500 * time.Millisecond), nil}}
	text, err := json.Marshal(all)
	require.NoError(t, err)
	require.Equal(t, "[[1773464400,0.5],[1773464401.5,null]]", string(text))
	var back Points
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, all, back)
	require.ErrorContains(t, json.Unmarshal([]byte("[[null,1]]"), &back), "point 0 has no time")
}

func TestBoundedKeepsTheHighestAndSpikes(t *testing.T) {
	long := make([]float64, 1000)
	for i := range long {
		long[i] = 1
	}
	long[500], long[700] = 9, 0
	p := Panel{Type: "timeseries", Series: []Series{{Name: "spiky", Points: points(long...)}}}
	for i := range 10 {
		p.Series = append(p.Series, Series{Name: fmt.Sprint(i), Points: points(float64(i) / 100)})
	}
	p.Lines = make([]LogLine, 20)
	p.Lines[0].Text = strings.Repeat("ü", 500)
	p.Table = &Table{Rows: make([][]any, 18)}
	p.Table.Rows[0] = []any{strings.Repeat("ü", 500), 5.0}
	got := Bounded(Dashboard{Panels: []Panel{p}}).Panels[0]

	var names []string
	for _, s := range got.Series {
		names = append(names, s.Name)
	}
	require.Equal(t, []string{"spiky", "3", "4", "5", "6", "7", "8", "9"}, names)
	low, high := reach(got.Series[0].Points, 1, 1)
	require.Equal(t, []float64{0, 9}, []float64{low, high}, "spike and dip are still there")
	require.Len(t, got.Series[0].Points, maxPoints)
	require.Equal(t, start.Add(999*time.Second), got.Series[0].Points[maxPoints-1].Time)
	require.Equal(t, 3+5+3, got.Cut)
	require.Len(t, []rune(got.Lines[0].Text), maxText+1)
	require.Len(t, []rune(got.Table.Rows[0][0].(string)), maxText+1)
	require.Len(t, p.Lines[0].Text, 1000, "what was given is left as it is")
	require.Len(t, p.Table.Rows[0][0], 1000)
	require.Equal(t, got, boundedPanel(got), "what is bounded stays so")
}

func TestStraightLinesHaveGapsAndDots(t *testing.T) {
	x := func(at time.Time) float64 { return at.Sub(start).Seconds() }
	y := func(v float64) float64 { return v }
	list := points(1, 2, 3, 4, 5)
	list[2].Value = nil
	require.Equal(t, "M0 1h0L1 2M3 4h0L4 5", straight(list, x, y))
}

func TestAPanelIsDrawnByItsType(t *testing.T) {
	series := []Series{{Name: "a", Points: points(1, 2)}}
	last := []Series{{Name: "a", Points: points(2)}, {Name: "b", Points: points(1)}}
	for name, c := range map[string]struct {
		panel Panel
		want  func(panelView) bool
	}{
		"lines":              {Panel{Type: "timeseries", Series: series}, func(v panelView) bool { return len(v.Plot.Lines) == 1 }},
		"a type not known":   {Panel{Type: "somebody-panel", Series: series}, func(v panelView) bool { return v.Plot != nil }},
		"one value each":     {Panel{Type: "timeseries", Series: last}, func(v panelView) bool { return v.Bars[0].Width == 100 && v.Bars[1].Width == 50 }},
		"a number":           {Panel{Type: "stat", Series: series}, func(v panelView) bool { return v.Numbers[0].Value == "2" && v.Numbers[0].Spark != "" }},
		"a number in words":  {Panel{Type: "stat", Series: series, Texts: map[string]string{"2": "fine"}}, func(v panelView) bool { return v.Numbers[0].Value == "fine" }},
		"a share of a whole": {Panel{Type: "gauge", Unit: "percent", Series: last}, func(v panelView) bool { return v.Numbers[0].Width == 2 }},
		"a share of its max": {Panel{Type: "gauge", Max: ptr(4.0), Series: last}, func(v panelView) bool { return v.Numbers[0].Width == 50 }},
		"bars":               {Panel{Type: "bargauge", Series: series}, func(v panelView) bool { return len(v.Bars) == 1 }},
		"rows": {
			Panel{Type: "table", Table: &Table{Columns: []Column{{Name: "size", Unit: "bytes"}, {Name: "pod"}}, Rows: [][]any{{1024.0, "a"}, {nil, true}}}},
			func(v panelView) bool {
				return fmt.Sprint(v.Cells.Rows) == "[[1 KiB a] [– true]]" && v.Cells.Columns[0].Numbers
			},
		},
		"logs":     {Panel{Type: "logs", Lines: []LogLine{{Time: start, Text: "a\nb"}}}, func(v panelView) bool { return v.Logs[0] == logView{"05:00:00", "", "a b"} }},
		"no value": {Panel{Type: "timeseries"}, func(v panelView) bool { return v.Plot == nil && v.Bars == nil }},
	} {
		c.panel.Outcome = WithData
		require.True(t, c.want(newPanelView(c.panel, start)), name)
		c.panel.Outcome = Broken
		require.Nil(t, newPanelView(c.panel, start).Plot, "%s: what failed is not drawn", name)
	}
}

func TestPicturesStayBelowTheReport(t *testing.T) {
	for path, want := range map[string]string{
		"pictures/website.png": "pictures/website.png", "": "", "../x.png": "", "/etc/x.png": "", "https://example.org/x.png": "", "x.svg": "",
	} {
		require.Equal(t, want, picture(path), path)
	}
}

func TestUsageAgainstItsBudget(t *testing.T) {
	u := &Usage{
		Releases: []ReleaseUsage{{Name: "b", Pods: 2, MemoryBytes: 3 << 20, CPUCores: .1}, {Name: "a", Pods: 1, MemoryBytes: 1 << 20, MemoryLimitBytes: 4 << 20}},
		Budget:   &Budget{MemoryBytes: 8 << 20, CPUCores: .05},
	}
	v := newUsageView(u)
	require.Equal(t, []string{"25 % of 4 MiB", "no limit"}, []string{v.Rows[0].MemoryOf, v.Rows[1].MemoryOf})
	require.Equal(t, usageRow{
		Name: "all", Pods: 3, Memory: "4 MiB", MemoryOf: "50 % of the budget of 8 MiB", MemoryShare: ptr(50.0),
		CPU: "0.100 cores", CPUOf: "budget 0.050 cores", Over: true,
	}, v.Total)
	require.Nil(t, newUsageView(nil))
}
