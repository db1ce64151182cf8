package golden

import (
	"encoding/json"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"
)

// Schema fails the test unless the file at path is the JSON schema of the type
// of value, whose keys and descriptions its tags yaml and jsonschema give.
func Schema(t T, path, title string, value any) {
	t.Helper()
	reflector := &jsonschema.Reflector{FieldNameTag: "yaml", Anonymous: true, ExpandedStruct: true}
	schema := reflector.Reflect(value)
	schema.Title = title
	text, err := json.MarshalIndent(schema, "", "  ")
	require.NoError(t, err)
	Equal(t, path, string(text)+"\n")
}
