package webhook_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The messages are what Alertmanager and Grafana sent.
func TestChatsAnswerInTheirWay(t *testing.T) {
	for receiver, want := range map[string]string{"slack": "ok", "teams": "1"} {
		messages, err := filepath.Glob("../../../charts/testdata/channels/" + receiver + "-*.json")
		require.NoError(t, err)
		require.Len(t, messages, 4)
		for _, file := range messages {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			w, kept := post("/webhook/"+receiver, string(text))
			require.Equal(t, http.StatusOK, w.Code, file)
			require.Equal(t, want, w.Body.String())
			require.Len(t, kept, 1)
		}
	}
}

func TestChatsRefuseWhatIsNoMessage(t *testing.T) {
	const attached = `{"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": `
	for name, c := range map[string]struct{ receiver, body, want string }{
		"Slack: nothing":           {"slack", `{}`, "it has neither text nor attachments"},
		"Slack: no text":           {"slack", `{"text": 1}`, "json: cannot unmarshal number"},
		"Slack: a list":            {"slack", `[]`, "json: cannot unmarshal array"},
		"Slack: empty":             {"slack", `{"attachments": [{"fallback": "a"}, {"fallback": "", "text": "b"}]}`, "attachments[1] has no fallback"},
		"Teams: nothing":           {"teams", `{}`, `it is a "" with 0 attachments, not a message with a card`},
		"Teams: of a connector":    {"teams", `{"@type": "MessageCard", "text": "a"}`, `it is a "" with 0 attachments`},
		"Teams: no card":           {"teams", `{"type": "message", "attachments": [{"contentType": "text/plain"}]}`, `attachments[0] is "text/plain", not application/vnd.microsoft.card.adaptive`},
		"Teams: a card of nothing": {"teams", attached + `{"type": "AdaptiveCard", "version": "1.2", "body": []}}]}`, `attachments[0].content: type "AdaptiveCard", version "1.2" and 0 elements in its body make no card`},
		"Teams: a card of silence": {"teams", attached + `{"type": "AdaptiveCard", "version": "1.2", "body": [{"type": "TextBlock", "text": ""}]}}]}`, `body[0] is a "TextBlock" without text`},
	} {
		t.Run(name, func(t *testing.T) {
			w, kept := post("/webhook/"+c.receiver, c.body)
			require.Equal(t, http.StatusBadRequest, w.Code)
			require.Contains(t, w.Body.String(), "invalid_payload: ")
			require.Contains(t, w.Body.String(), c.want)
			require.Empty(t, kept)
		})
	}
}

func TestSlackTakesTextAlone(t *testing.T) {
	w, kept := post("/webhook/slack", `{"text": "a"}`)
	require.Equal(t, http.StatusOK, w.Code)
	require.Len(t, kept, 1)
}
