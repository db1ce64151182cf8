package content_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/content"
)

const schemaFile = "../../schemas/firedrill.schema.json"

// The schema that editors use is generated from the types that are decoded.
func TestSchema(t *testing.T) {
	golden.Schema(t, schemaFile, "What a run of firedrill works with", content.Content{})
}

// What the program takes, an editor must not mark, and the other way round.
func TestSchemaAgreesWithLoad(t *testing.T) {
	schema, err := validator.NewCompiler().Compile(schemaFile)
	require.NoError(t, err)
	for _, good := range []string{"../../firedrill.yaml", "testdata/good/firedrill.yaml", "testdata/small.yaml"} {
		require.NoError(t, schema.Validate(asJSON(t, good)), good)
	}
	// What takes more than the file itself, is no value at all, or is a name
	// that only a cluster would refuse.
	beyond := []string{
		"anchor-missing", "empty", "endpoint-names", "folders-missing", "key-is-a-number", "key-twice", "not-yaml", "only-comments",
		"release-files", "release-needs", "release-values", "rules-match-nothing", "tab", "two-documents",
	}
	files, err := filepath.Glob("testdata/bad/*.yaml")
	require.NoError(t, err)
	for _, f := range files {
		if !slices.Contains(beyond, strings.TrimSuffix(filepath.Base(f), ".yaml")) {
			require.Error(t, schema.Validate(asJSON(t, f)), f)
		}
	}
}

// asJSON reads YAML as the schema's validator wants it.
func asJSON(t *testing.T, file string) any {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	text, err = yaml.YAMLToJSON(text)
	require.NoError(t, err, file)
	value, err := validator.UnmarshalJSON(strings.NewReader(string(text)))
	require.NoError(t, err)
	return value
}
