package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

const schemaPath = "../../schemas/summary.schema.json"

func TestSchemaFile(t *testing.T) {
	text, err := Schema()
	require.NoError(t, err)
	golden(t, schemaPath, text)
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
		`"name": null`, `"started": null`, `"host_cores": null`, `"rule": null`, `"way": null`, `"fault_to_pending": null`,
		`"floor_seconds": null`, `"alerts": null`, `"panels": null`, `"links": null`, `"findings": null`, `"images": []`,
	} {
		require.Contains(t, text, null)
	}
}

func TestCoverageOfSeveralStepsIsPutTogether(t *testing.T) {
	m := &Model{}
	m.Add(event.Event{Step: "dashboards", State: event.Passed, Result: &Coverage{Panels: &PanelCoverage{WithData: 7, Total: 8}}})
	m.Add(event.Event{Step: "drill", State: event.Passed, Result: &Coverage{Alerts: &AlertCoverage{Seen: 1, Shipped: 3}}})
	got := Summarize(m).Coverage
	require.Equal(t, CoverageSummary{Panels: &PanelCoverage{7, 8}, Alerts: &AlertCoverage{1, 3}}, got)
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
