package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMedian(t *testing.T) {
	require.InDelta(t, 2, median([]float64{3, 1, 2}), 0)
	require.InDelta(t, 2.5, median([]float64{4, 1, 2, 3}), 0)
	require.InDelta(t, 7, median([]float64{7}), 0)
}

// A part that a run lacks must not count as one that took no time.
func TestMediansOfRunsThatDiffer(t *testing.T) {
	runs := []Run{
		{Steps: []Part{{"cluster", 10}, {"deploy", 4}}},
		{Steps: []Part{{"cluster", 20}, {"dashboards", 1}}},
		{Steps: []Part{{"cluster", 12}, {"deploy", 6}}},
	}
	require.Equal(t, []Part{{"cluster", 12}, {"deploy", 5}, {"dashboards", 1}},
		medians(runs, func(r Run) []Part { return r.Steps }))
}

func TestCompare(t *testing.T) {
	m := Measured{
		Firedrill: []Run{
			{Seconds: 50, Steps: []Part{{"machine", 2}, {"cluster", 40}}, Latencies: []Part{{"down/fault_to_firing", 7}}},
			{Seconds: 70, Steps: []Part{{"machine", 2}, {"cluster", 20}}, Latencies: []Part{{"down/fault_to_firing", 9}}},
		},
		Plain: []Run{{Seconds: 90, Steps: []Part{{"cluster", 60}, {"extra", 5}}, Parts: []Part{{"cluster/create", 60}}}},
	}
	m.compare()
	require.Equal(t, []Row{
		{Name: "machine", Firedrill: new(2.0)},
		{Name: "cluster", Firedrill: new(30.0), Plain: new(60.0), Ratio: new(2.0)},
		{Name: "extra", Plain: new(5.0)},
	}, m.Steps)
	require.Equal(t, Row{Name: "total", Firedrill: new(60.0), Plain: new(90.0), Ratio: new(1.5)}, m.Total)
	require.Equal(t, []Row{{Name: "down/fault_to_firing", Firedrill: new(8.0)}}, m.Latencies)
	require.Equal(t, []Part{{"cluster/create", 60}}, m.Parts)
}

// A step that took no time at all has no ratio, instead of an infinite one.
func TestNoRatioToNothing(t *testing.T) {
	rows := rows([]Part{{"images", 0}}, []Part{{"images", 3}})
	require.Nil(t, rows[0].Ratio)
}
