package charts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// accepts tells what a chat's documentation has against a message.
func accepts(t *testing.T, chat string, message string) error {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("testdata/channels/" + chat + ".schema.json")
	require.NoError(t, err)
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(message))
	require.NoError(t, err)
	return schema.Validate(parsed)
}

// The messages are what Alertmanager and Grafana sent to the inbox with all
// channels on; docs/channels.md tells how to record them again.
func TestChatsAcceptTheMessages(t *testing.T) {
	for _, chat := range []string{"slack", "teams"} {
		messages := glob(t, "testdata/channels/"+chat+"-*.json")
		require.Len(t, messages, 4)
		for _, file := range messages {
			t.Run(filepath.Base(file), func(t *testing.T) {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				require.NoError(t, accepts(t, chat, string(text)))
				_, status, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".json"), "-")
				_, status, _ = strings.Cut(status, "-")
				require.Contains(t, string(text), "["+strings.ToUpper(status)+"] [DRILL] ", "the summary, marked")
				require.Contains(t, string(text), "https://runbooks.firedrill.example/runbooks/")
				require.Contains(t, string(text), "http://localhost:3000/d/")
			})
		}
	}
}

func TestChatsRefuseWhatTheyDoNotKnow(t *testing.T) {
	for chat, messages := range map[string][]string{
		"slack": {`{}`, `{"text": 1}`, `{"attachments": [{"fallback": ""}]}`, `{"attachments": [{"fallback": "a", "color": "angry"}]}`},
		"teams": {
			`{}`, `{"type": "message", "attachments": []}`,
			`{"@type": "MessageCard", "text": "of a connector that is gone"}`,
			`{"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard", "version": "9", "body": []}}]}`,
		},
	} {
		for _, message := range messages {
			require.Error(t, accepts(t, chat, message), message)
		}
	}
}
