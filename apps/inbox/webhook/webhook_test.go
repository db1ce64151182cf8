package webhook_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/inbox/webhook"
)

// box keeps what it gets.
type box []mailbox.Notification

func (b *box) Add(n mailbox.Notification) mailbox.Notification {
	*b = append(*b, n)
	n.ID = int64(len(*b))
	return n
}

func post(path, body string) (*httptest.ResponseRecorder, box) {
	var kept box
	mux := http.NewServeMux()
	taken := func(n mailbox.Notification) bool { return n.Receiver == "heartbeat" }
	mux.Handle(webhook.Pattern, webhook.New(&kept, taken, slog.New(slog.DiscardHandler)))
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
	return w, kept
}

func TestNotificationIsKept(t *testing.T) {
	w, kept := post("/webhook/website", `{"version": "4", "status": "firing", "alerts": []}`)
	require.Equal(t, http.StatusAccepted, w.Code)
	require.JSONEq(t, `{"id":1}`, w.Body.String())
	require.Equal(t, box{{
		Channel:  mailbox.Webhook,
		Receiver: "website",
		From:     "192.0.2.1:1234",
		Status:   mailbox.Firing,
		Body:     []byte(`{"version":"4","status":"firing","alerts":[]}`),
	}}, kept)
}

func TestWhatIsTakenIsNotKept(t *testing.T) {
	w, kept := post("/webhook/heartbeat", `{"status": "firing"}`)
	require.Equal(t, http.StatusAccepted, w.Code)
	require.JSONEq(t, `{}`, w.Body.String())
	require.Empty(t, kept)
}

func TestAnyJSONIsKept(t *testing.T) {
	for body, status := range map[string]string{
		`{"status":"resolved"}`: mailbox.Resolved,
		`{"status":"ok"}`:       "",
		`{"status":7}`:          "",
		`[1]`:                   "",
		`"text"`:                "",
		`null`:                  "",
	} {
		w, kept := post("/webhook/r", body)
		require.Equal(t, http.StatusAccepted, w.Code, body)
		require.Equal(t, status, kept[0].Status, body)
		require.Equal(t, body, string(kept[0].Body))
	}
}

func TestBadRequests(t *testing.T) {
	for name, c := range map[string]struct {
		path, body string
		code       int
		want       string
	}{
		"empty":       {"/webhook/r", "", http.StatusBadRequest, "is not JSON"},
		"half":        {"/webhook/r", `{"a":`, http.StatusBadRequest, "is not JSON"},
		"two":         {"/webhook/r", `{} {}`, http.StatusBadRequest, "is not JSON"},
		"not UTF-8":   {"/webhook/r", "\"\xff\"", http.StatusBadRequest, "is not UTF-8"},
		"too deep":    {"/webhook/r", strings.Repeat("[", 20_000), http.StatusBadRequest, "is not JSON"},
		"too large":   {"/webhook/r", `"` + strings.Repeat("x", webhook.MaxBody) + `"`, http.StatusRequestEntityTooLarge, "larger than 1048576"},
		"no receiver": {"/webhook/", "{}", http.StatusNotFound, "not found"},
	} {
		t.Run(name, func(t *testing.T) {
			w, kept := post(c.path, c.body)
			require.Equal(t, c.code, w.Code)
			require.Contains(t, w.Body.String(), c.want)
			require.Empty(t, kept)
		})
	}
}

func TestLargestBodyIsKept(t *testing.T) {
	w, _ := post("/webhook/r", `"`+strings.Repeat("x", webhook.MaxBody-2)+`"`)
	require.Equal(t, http.StatusAccepted, w.Code)
}
