package panels

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func frames(t *testing.T, text string) []frame {
	t.Helper()
	var all []frame
	require.NoError(t, json.Unmarshal([]byte(text), &all))
	return all
}

func TestTablesAreJoinedByLabels(t *testing.T) {
	d := show("table", frames(t, `[
{"schema": {"refId": "A", "fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", "labels": {"pod": "a"}}]}, "data": {"values": [[1], [5]]}},
{"schema": {"refId": "A", "fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", "labels": {"pod": "b"}}]}, "data": {"values": [[1], [6]]}},
{"schema": {"refId": "B", "fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number", "labels": {"pod": "b"}}]}, "data": {"values": [[1], [7]]}}]`))
	require.Equal(t, &Table{Columns: []string{"pod", "Value #A", "Value #B"}, Rows: [][]any{{"a", 5.0, nil}, {"b", 6.0, 7.0}}}, d.Table)
	require.Equal(t, 3, d.Samples)
}

func TestLogLines(t *testing.T) {
	d := show("logs", frames(t, `[{"schema": {"fields": [{"name": "labels", "type": "other"}, {"name": "Time", "type": "time"}, {"name": "Line", "type": "string"}]},
"data": {"values": [[{"detected_level": "error"}], [1000], ["no space left\n"]]}}]`))
	require.Equal(t, []Line{{Time: time.UnixMilli(1000).UTC(), Level: "error", Text: "no space left"}}, d.Lines)
	require.Equal(t, 1, d.Samples)
	require.Empty(t, show("logs", nil).Lines)
}

func TestWhatIsNoSeriesIsATable(t *testing.T) {
	d := show("stat", frames(t, `[{"schema": {"fields": [{"name": "state", "type": "string"}, {"name": "n", "type": "number"}]}, "data": {"values": [["up", "down"], [1, 2]]}}]`))
	require.Equal(t, &Table{Columns: []string{"state", "n"}, Rows: [][]any{{"up", 1.0}, {"down", 2.0}}}, d.Table)
	require.Equal(t, 2, d.Samples)
}

func TestOnlyGapsAreNoData(t *testing.T) {
	d := show("timeseries", frames(t, `[{"schema": {"fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number"}]}, "data": {"values": [[1, 2], [null, null]], "entities": [null, {"NaN": [0, 1]}]}}]`))
	require.Zero(t, d.Samples)
	require.True(t, math.IsNaN(d.Series[0].Values[0]))
	require.Equal(t, "Value", d.Series[0].Name)
}
