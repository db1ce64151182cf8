package drill

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
)

const schemaFile = "../../schemas/drill.schema.json"

// The schema that editors use is generated from the types that are decoded.
func TestSchema(t *testing.T) {
	r := &jsonschema.Reflector{Anonymous: true, ExpandedStruct: true}
	require.NoError(t, r.AddGoComments("firedrill/pipeline/drill", "."))
	schema := r.Reflect(Drill{})
	schema.Title = "A drill of firedrill"
	text, err := json.MarshalIndent(schema, "", "  ")
	require.NoError(t, err)
	golden.Equal(t, schemaFile, string(text)+"\n")
}

// What the program takes, an editor must not mark, and the other way round.
func TestSchemaAgreesWithValidate(t *testing.T) {
	schema, err := validator.NewCompiler().Compile(schemaFile)
	require.NoError(t, err)
	check := func(path string) error {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		inJSON, err := yaml.YAMLToJSON(text)
		require.NoError(t, err)
		v, err := validator.UnmarshalJSON(strings.NewReader(string(inJSON)))
		require.NoError(t, err)
		return schema.Validate(v)
	}
	require.NoError(t, check("testdata/good.yaml"))
	require.NoError(t, check("testdata/good-everything.yaml"))
	require.NoError(t, check("testdata/good-without-rule.yaml"))
	shipped, err := filepath.Glob("../../smoketests/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, shipped)
	for _, path := range shipped {
		require.NoError(t, check(path))
	}
	for _, bad := range []string{
		"unknown-key", "unknown-key-inside", "unknown-fault", "name-with-spaces", "name-too-long", "rule-missing",
		"faults-missing", "faults-empty", "scale-incomplete", "scale-negative", "duration-in-words", "duration-negative",
		"channel-unknown", "channel-twice", "channels-empty", "way-unknown", "ways-empty", "disturbs-unknown",
		"graph-without-query", "onset-incomplete", "of-the-older-format",
	} {
		require.Error(t, check("testdata/bad/"+bad+".yaml"), bad)
	}
}
