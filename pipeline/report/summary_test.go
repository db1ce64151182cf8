package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/event"
)

const schemaPath = "../../schemas/summary.schema.json"

func TestSchemaFile(t *testing.T) {
	text, err := Schema()
	require.NoError(t, err)
	golden.Equal(t, schemaPath, text)
}

func TestSummariesFollowTheSchema(t *testing.T) {
	schema := compiled(t)
	eachRun(t, func(t *testing.T, name string, _ []event.Event) {
		require.NoError(t, schema.Validate(decoded(t, model(t, name))))
	})
	// A schema that takes anything would pass all of the above.
	wrong := decoded(t, model(t, "events")).(map[string]any)
	wrong["run"].(map[string]any)["status"] = "fine"
	require.Error(t, schema.Validate(wrong))
}

func TestSummaryOfAnEmptyRunIsNullNotZero(t *testing.T) {
	m := &Model{}
	m.Add(event.Event{Step: "dashboards", State: event.Skipped, Message: "no Grafana release"})
	m.Add(event.Event{Step: "drill", Item: "website-down", State: event.Failed, Message: "no rule"})
	require.NoError(t, compiled(t).Validate(decoded(t, m)))
	text := rendered(t, writeSummary, m)
	for _, null := range []string{
		`"name": null`, `"started": null`, `"host_cores": null`, `"rule": null`,
		`"alerts": null`, `"panels": null`, `"links": null`, `"findings": null`, `"usage": null`, `"logs": []`, `"way": null`, `"images": []`,
	} {
		require.Contains(t, text, null)
	}
}

func TestMomentsNotReachedAreNull(t *testing.T) {
	m := &Model{}
	m.Add(event.Event{Step: "drill", Item: "website-down", State: event.Failed, Result: &Drill{Ways: []Way{{Way: "grafana", Status: Failed}}}})
	require.NoError(t, compiled(t).Validate(decoded(t, m)))
	text := rendered(t, writeSummary, m)
	for _, null := range []string{`"fault_to_pending": null`, `"floor_seconds": null`, `"receiver": null`, `"channels": []`, `"links": []`} {
		require.Contains(t, text, null)
	}
}

func TestCoverageCountsPanelsAndLinks(t *testing.T) {
	panel := func(title string, o Outcome) Panel { return Panel{ID: 4, Title: title, Outcome: o, Reason: "why"} }
	link := func(outcome string) Link { return Link{Outcome: outcome} }
	m := &Model{}
	m.Add(event.Event{Step: "panels", Item: "a", State: event.Passed, Result: &Dashboard{UID: "a", Title: "A", Panels: []Panel{
		panel("one", WithData), panel("two", AllowedEmpty), panel("three", Empty), panel("four", Broken), panel("five", NothingToAsk),
	}}})
	m.Add(event.Event{Step: "panels", Item: "b", State: event.Failed, Message: "not in Grafana"})
	m.Add(event.Event{Step: "drill", Item: "d", State: event.Passed, Result: &Drill{Ways: []Way{
		{Links: []Link{link(LinkOpened), link(LinkBroken)}}, {Links: []Link{link(LinkNoPages), link(LinkNotOpened)}},
	}}})
	m.Add(event.Event{Step: "drill", State: event.Passed, Result: &Coverage{Alerts: &AlertCoverage{Seen: 1, Shipped: 3}}})
	require.Equal(t, CoverageSummary{
		Alerts: &AlertCoverage{Seen: 1, Shipped: 3},
		Rules:  []RuleSummary{},
		Links:  &LinkCoverage{OK: 2, Total: 3},
		Panels: &PanelCoverage{
			Dashboards: 1, Total: 4, WithData: 1, AllowedEmpty: 1, Empty: 1, Failed: 1, NothingToAsk: 1,
			Lacking: []LackingPanel{{"A", "three", 4, Empty, "why"}, {"A", "four", 4, Broken, "why"}},
		},
	}, Summarize(m).Coverage)
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaPath)
	require.NoError(t, err)
	return schema
}

func decoded(t *testing.T, m *Model) any {
	t.Helper()
	text, err := json.Marshal(Summarize(m))
	require.NoError(t, err)
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return v
}
