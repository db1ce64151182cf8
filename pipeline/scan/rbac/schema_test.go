package rbac

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
	schema := r.Reflect(&Matrix{})
	schema.Title = "Who may do what: policies/rbac.yaml"
	text, err := json.MarshalIndent(schema, "", "  ")
	require.NoError(t, err)
	golden.Equal(t, "../../../schemas/rbac.schema.json", string(text)+"\n")
}
