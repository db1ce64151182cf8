package pipeline

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/dashboards/panels"
	"firedrill/pipeline/event"
	"firedrill/pipeline/logs"
	"firedrill/pipeline/report"
	"firedrill/pipeline/usage"
)

// asked is a dashboard of three panels: of lines, of a table and of a log.
var asked = panels.Dashboard{UID: "web", Title: "Web", Panels: []panels.Panel{
	{
		ID: 1, Title: "Rate", Type: "timeseries", Unit: "reqps", Row: "How many?", Width: 12, Outcome: panels.WithData,
		Texts: map[string]string{"1": "up"},
		Data: panels.Data{Series: []panels.Series{
			{Name: "web", Times: []time.Time{noon, noon.Add(time.Second)}, Values: []float64{1, 2}},
		}},
	},
	{ID: 2, Title: "Pods", Type: "table", Outcome: panels.WithData, Data: panels.Data{Table: &panels.Table{Columns: []string{"pod"}, Rows: [][]any{{"a"}}}}},
	{ID: 3, Title: "Logs", Type: "logs", Outcome: panels.AllowedEmpty, Reason: "quiet", Data: panels.Data{Lines: []panels.Line{{Time: noon, Level: "info", Text: "x"}}}},
}}

func TestADashboardIsShownWithAllItsPanels(t *testing.T) {
	require.Equal(t, report.Dashboard{UID: "web", Title: "Web", Picture: "dashboards/web.png", Panels: []report.Panel{
		{
			ID: 1, Title: "Rate", Type: "timeseries", Unit: "reqps", Row: "How many?", Width: 12, Outcome: report.WithData,
			Texts: map[string]string{"1": "up"}, Series: []report.Series{
				{Name: "web", Points: report.Points{report.NewSample(noon, 1), report.NewSample(noon.Add(time.Second), 2)}},
			},
		},
		{ID: 2, Title: "Pods", Type: "table", Outcome: report.WithData, Series: []report.Series{}, Table: &report.Table{Columns: []report.Column{{Name: "pod"}}, Rows: [][]any{{"a"}}}},
		{ID: 3, Title: "Logs", Type: "logs", Outcome: report.AllowedEmpty, Reason: "quiet", Series: []report.Series{}, Lines: []report.LogLine{{Time: noon, Level: "info", Text: "x"}}},
	}}, dashboard(asked, "dashboards/web.png"))
}

func TestTranslateOfTheStack(t *testing.T) {
	for name, c := range map[string]struct{ from, to any }{
		"panels":             {asked, dashboard(asked, "")},
		"panels, in picture": {photographed{asked, "dashboards/web.png"}, dashboard(asked, "dashboards/web.png")},
		"a log, without its token": {
			logs.Result{Query: `{app="web"} |= "firedrill-x"`, Seconds: 2, Labels: map[string]string{"app": "web"}, Line: "firedrill-x"},
			report.LogProof{Query: `{app="web"}`, Seconds: 2, Labels: map[string]string{"app": "web"}},
		},
		"an address": {
			addresses.Address{URL: "https://web/", Subject: "web", Issuer: "CN=ca", Names: []string{"web"}, NotAfter: noon, DaysLeft: 2, Protocol: "TLS 1.3", Cipher: "x", Refused: "TLS 1.1", Redirect: "https://web/", Status: 200},
			report.Address{URL: "https://web/", Subject: "web", Issuer: "CN=ca", Names: []string{"web"}, NotAfter: &noon, DaysLeft: 2, Protocol: "TLS 1.3", Refused: "TLS 1.1", Redirect: "https://web/", HTTPStatus: 200},
		},
		"usage, which the step tells": {usage.Usage{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got any
			translate(func(e event.Event) { got = e.Result })(event.Event{Result: c.from})
			require.Equal(t, c.to, got)
		})
	}
}

func TestUsedIsShownBesideTheBudget(t *testing.T) {
	u := usage.Usage{Releases: []usage.Use{{Release: "web", Namespace: "shop", Pods: 2, MemoryBytes: 3, MemoryLimit: 4, CPUCores: .5}}}
	require.Equal(t, report.Usage{
		Budget:   &report.Budget{MemoryBytes: 8, CPUCores: 1},
		Releases: []report.ReleaseUsage{{Name: "web", Namespace: "shop", Pods: 2, MemoryBytes: 3, MemoryLimitBytes: 4, CPUCores: .5}},
	}, used(u, usage.Budget{Memory: usage.Quantity{Value: 8}, CPU: usage.Quantity{Value: 1}}))
}
