package panels

import (
	"encoding/json"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// TestSchema keeps the schema that editors use up to date.
func TestSchema(t *testing.T) {
	r := &jsonschema.Reflector{FieldNameTag: "yaml", Anonymous: true, ExpandedStruct: true}
	schema := r.Reflect(&Policy{})
	schema.Title = "Panels that may be empty: policies/panels.yaml"
	text, err := json.MarshalIndent(schema, "", "  ")
	require.NoError(t, err)
	golden.Equal(t, "../../../schemas/panels.schema.json", string(text)+"\n")
}
