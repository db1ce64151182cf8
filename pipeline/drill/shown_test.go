package drill

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// panelOf answers every question with the same.
type panelOf struct {
	shown []Shown
	err   error
}

func (p panelOf) Ask(context.Context, PanelQuery) ([]Shown, error) { return p.shown, p.err }

func TestPanelShowsTheFailingSeries(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	q := PanelQuery{From: noon.Add(-time.Minute), To: noon.Add(time.Minute)}
	alarm := map[string]string{"alertname": "PodDown", "namespace": "demo", "pod": "a", "severity": "critical"}
	series := func(at time.Time, labels map[string]string) []Shown {
		return []Shown{{Labels: labels, Times: []time.Time{noon.Add(-30 * time.Second), at}}}
	}
	after, before := noon.Add(10*time.Second), noon.Add(-10*time.Second)
	tests := map[string]struct {
		panel panelOf
		want  string
	}{
		"its very labels":         {panelOf{shown: series(after, map[string]string{"namespace": "demo", "pod": "a"})}, ""},
		"aggregated":              {panelOf{shown: series(after, map[string]string{"namespace": "demo"})}, ""},
		"aggregated to one":       {panelOf{shown: series(after, nil)}, ""},
		"labels of its own":       {panelOf{shown: series(after, map[string]string{"pod": "a", "container": "x", "alertname": "y"})}, ""},
		"another pod":             {panelOf{shown: series(after, map[string]string{"namespace": "demo", "pod": "b"})}, `it shows 1 series or lines from 11:59:00.0Z to 12:01:00.0Z, none of the alarm's: pod="b" where the alarm has "a"`},
		"gone before the alarm":   {panelOf{shown: series(before, map[string]string{"pod": "a"})}, `it shows {pod="a"} from 11:59:00.0Z to 12:01:00.0Z, but nothing since the alarm fired at 12:00:00.0Z`},
		"nothing":                 {panelOf{}, "it shows nothing from 11:59:00.0Z to 12:01:00.0Z"},
		"a query that is refused": {panelOf{err: errors.New("query A: parse error")}, "its queries failed: query A: parse error"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := showsFailing(t.Context(), test.panel, q, alarm, noon)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
}

func TestVariablesOfALink(t *testing.T) {
	require.Equal(t, map[string][]string{"namespace": {"demo"}},
		variables(map[string][]string{"var-namespace": {"demo"}, "viewPanel": {"1"}}))
}
