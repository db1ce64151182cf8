package rules

import (
	"encoding/json"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// TestSchema keeps the schemas that editors use up to date.
func TestSchema(t *testing.T) {
	for file, of := range map[string]any{"rules.schema.json": &Policy{}, "coverage.schema.json": &CoveragePolicy{}} {
		r := &jsonschema.Reflector{FieldNameTag: "yaml", Anonymous: true, ExpandedStruct: true}
		schema := r.Reflect(of)
		schema.Title = map[string]string{
			"rules.schema.json":    "Metrics that may be missing while all is well: policies/rules.yaml",
			"coverage.schema.json": "How many of the rules drills must see: policies/coverage.yaml",
		}[file]
		text, err := json.MarshalIndent(schema, "", "  ")
		require.NoError(t, err)
		golden.Equal(t, "../../schemas/"+file, string(text)+"\n")
	}
}
