package panels

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

func TestCheckNamesEmptyAndBrokenPanels(t *testing.T) {
	f := &fake{answers: map[string]string{"up": one, "down": none, "sum(": broken}}
	d := dashboard(t, `[{"id": 9, "type": "row", "title": "Well?", "panels": [`+target(1, "Good", "up")+`]}, {"id": 8, "type": "text", "title": "Hint"}, `+
		target(2, "Nothing", "down")+`,`+target(3, "Wrong", "sum(")+`]`, `[`+metrics+`]`)
	o := options(f, d)
	var events []event.Event
	o.Sink = func(e event.Event) { events = append(events, e) }
	found, err := Check(t.Context(), o)
	require.EqualError(t, err, "d.json: panel 2 \"Nothing\" has no data\nd.json: panel 3 \"Wrong\": query A: parse error: unexpected end of input")
	require.Len(t, found, 1)
	good := found[0].Panels[0]
	require.Equal(t, "Well?", good.Row)
	require.Equal(t, 1, good.Samples, "a gap is no sample")
	require.Equal(t, "pod a", good.Series[0].Name)
	require.Equal(t, []time.Time{time.UnixMilli(1000).UTC(), time.UnixMilli(2000).UTC()}, good.Series[0].Times)
	require.Equal(t, NothingToAsk, found[0].Panels[1].Outcome)
	require.Equal(t, found[0], events[len(events)-1].Result)
	require.Equal(t, event.Failed, events[len(events)-1].State)
}

func TestAQueryIsAskedAsGrafanaDoes(t *testing.T) {
	f := &fake{answers: map[string]string{"rate(x[$__rate_interval])": one}}
	_, err := Check(t.Context(), options(f, dashboard(t, `[`+target(1, "P", "rate(x[$__rate_interval])")+`]`, `[`+metrics+`]`)))
	require.NoError(t, err)
	require.Equal(t, []Request{{
		From: "1772362800000", To: "1772366400000",
		Queries: []map[string]any{{
			"refId": "A", "expr": "rate(x[$__rate_interval])", "intervalMs": int64(15000), "maxDataPoints": 240,
			"datasource": map[string]any{"type": "prometheus", "uid": "prometheus"},
		}},
	}}, f.requests)
}

// TestEmptyPanelsAreAskedAgain, and those only.
func TestEmptyPanelsAreAskedAgain(t *testing.T) {
	f := &fake{answers: map[string]string{"up": one, "late": none}}
	o := options(f, dashboard(t, `[`+target(1, "Good", "up")+`,`+target(2, "Late", "late")+`]`, `[`+metrics+`]`))
	o.Within, o.Pause = time.Minute, time.Millisecond
	o.Sink = func(e event.Event) {
		if e.Message == "1 panels are empty yet" {
			f.mu.Lock()
			f.answers["late"] = one
			f.mu.Unlock()
		}
	}
	_, err := Check(t.Context(), o)
	require.NoError(t, err)
	require.Len(t, f.requests, 3)
}

func TestAllowedPanels(t *testing.T) {
	d := dashboard(t, `[`+target(1, "OOM kills", "oom")+`,`+target(2, "Twin", "a")+`,`+target(3, "Twin", "a")+`]`, `[`+metrics+`]`)
	f := &fake{answers: map[string]string{"oom": none, "a": one}}
	path := filepath.Join(t.TempDir(), "panels.yaml")
	allow := func(text string) ([]Allowance, error) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return LoadAllowed(path, options(f, d).Dashboards)
	}
	allowed, err := allow("empty:\n  - {dashboard: d, panel: OOM kills, reason: nothing was killed}\n")
	require.NoError(t, err)
	o := options(f, d)
	o.Allowed = allowed
	found, err := Check(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, AllowedEmpty, found[0].Panels[0].Outcome)
	require.Equal(t, "nothing was killed", found[0].Panels[0].Reason)

	f.answers["oom"] = one
	found, err = Check(t.Context(), o)
	require.NoError(t, err, "what may be empty may have data too")
	require.Equal(t, WithData, found[0].Panels[0].Outcome)

	_, err = allow(`empty:
  - {dashboard: x, panel: OOM kills, reason: r}
  - {dashboard: d, panel: Gone, reason: r}
  - {dashboard: d, panel: Twin, reason: r}
  - {dashboard: d, panel: "1", reason: ""}
  - {dashboard: d, panel: OOM kills, reason: r}
`)
	for _, want := range []string{
		`:2:17: empty[0].dashboard: no dashboard has the uid "x"; did you mean d?`, `:3:27: empty[1].panel: dashboard "d" has no panel "Gone"`,
		`:4:27: empty[2].panel: dashboard "d" has 2 panels "Twin"; name the one by its id`, `:5:40: empty[3].reason: is missing`,
		`empty[4]: empty[3] names the same panel`,
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestAWrongTimeIsToldOnce(t *testing.T) {
	o := options(&fake{}, dashboard(t, `[]`, `[]`), dashboard(t, `[]`, `[]`))
	o.From, o.To = "yesterday", "now-1h"
	found, err := Check(t.Context(), o)
	require.EqualError(t, err, `time "yesterday": wanted such as now-1h, now/d, 2006-01-02T15:04:05Z, or milliseconds since 1970`)
	require.Empty(t, found)
}
