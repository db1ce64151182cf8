package policy

import (
	"encoding/json"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

// TestSchemas keeps the schemas that editors use up to date.
func TestSchemas(t *testing.T) {
	for file, s := range map[string]struct {
		of    any
		title string
	}{
		"gates":      {&Gates{}, "What scans may find at most: policies/gates.yaml"},
		"exceptions": {&Exceptions{}, "Findings that stay for a while: policies/exceptions.yaml"},
	} {
		r := &jsonschema.Reflector{FieldNameTag: "yaml", Anonymous: true, ExpandedStruct: true}
		schema := r.Reflect(s.of)
		schema.Title = s.title
		text, err := json.MarshalIndent(schema, "", "  ")
		require.NoError(t, err)
		golden.Equal(t, "../../../schemas/"+file+".schema.json", string(text)+"\n")
	}
}
