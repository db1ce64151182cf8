package panels

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A panel is asked with the values of the link's variables, and its series keep
// their labels and the times at which they have a value.
func TestOne(t *testing.T) {
	board := dashboard(t, "["+target(1, "Up", `up{pod="$pod"}`)+","+target(2, "All", `up{pod=~"$every"}`)+"]",
		"["+metrics+`, {"name": "pod", "type": "custom", "query": "a, b"}, {"name": "every", "type": "custom", "query": "a, b", "includeAll": true, "current": {"value": "a"}}]`)
	f := &fake{answers: map[string]string{`up{pod="b"}`: one, `up{pod=~"(a|b)"}`: one}}
	o := options(f, board)
	o.From, o.Variables = "1772366340000", map[string][]string{"pod": {"b"}, "every": {"$__all"}}
	got, err := One(t.Context(), o, 1)
	require.NoError(t, err)
	require.Equal(t, []Found{{Labels: map[string]string{"pod": "a"}, Times: []time.Time{time.UnixMilli(1000).UTC()}}}, got)
	require.Equal(t, "1772366340000", f.requests[0].From)

	_, err = One(t.Context(), o, 2)
	require.NoError(t, err, "All is all of them")
	_, err = One(t.Context(), o, 3)
	require.EqualError(t, err, `dashboard "D" has no panel 3`)
}

// Loki's lines have their labels in a column; a table has one for each label.
func TestOneOfTexts(t *testing.T) {
	board := dashboard(t, "["+target(1, "Logs", "logs")+","+target(2, "Table", "table")+"]", "["+metrics+"]")
	f := &fake{answers: map[string]string{
		"logs": `{"frames": [{"schema": {"fields": [{"name": "labels", "type": "other"}, {"name": "Time", "type": "time"}, {"name": "Line", "type": "string"}]},
			"data": {"values": [[{"app": "website"}], [5000], ["error"]]}}]}`,
		"table": `{"frames": [{"schema": {"fields": [{"name": "Time", "type": "time"}, {"name": "pod", "type": "string"}, {"name": "Value", "type": "number"}]},
			"data": {"values": [[5000, 5000], ["a", "b"], [1, 2]]}}]}`,
	}}
	at := []time.Time{time.UnixMilli(5000).UTC()}
	got, err := One(t.Context(), options(f, board), 1)
	require.NoError(t, err)
	require.Equal(t, []Found{{Labels: map[string]string{"app": "website"}, Times: at}}, got)
	got, err = One(t.Context(), options(f, board), 2)
	require.NoError(t, err)
	require.Equal(t, []Found{{Labels: map[string]string{"pod": "a"}, Times: at}, {Labels: map[string]string{"pod": "b"}, Times: at}}, got)
}
