package content_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/content"
	"firedrill/pipeline/strict"
)

const docs = "../../docs/content.md"

// The example can be copied, and no key is left unexplained.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile(docs)
	require.NoError(t, err)
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1)
	require.Len(t, examples, 1)
	_, err = strict.Parse(docs, examples[0][1], &content.Content{})
	require.NoError(t, err)

	schema, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	type keys struct {
		Properties map[string]any `json:"properties"`
	}
	var all struct {
		keys
		Defs map[string]keys `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(schema, &all))
	for _, some := range append([]keys{all.keys}, all.Defs["Cluster"], all.Defs["Release"], all.Defs["Endpoints"], all.Defs["Endpoint"]) {
		require.NotEmpty(t, some.Properties)
		for key := range some.Properties {
			require.Regexp(t, "`([a-z]+\\.)?"+key+"`|`"+key+"\\.", string(text), "%s says nothing of this key", docs)
		}
	}
}
