package page_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/inbox/page"
	"firedrill/internal/golden"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// box holds what it is made of.
type box []mailbox.Notification

func (b box) Since(int64) mailbox.Page {
	return mailbox.Page{Now: noon, Last: int64(len(b)), Notifications: b}
}

func show(t *testing.T, b box) string {
	t.Helper()
	w := httptest.NewRecorder()
	page.New(b).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.String()
}

// group is a group of alarms as Alertmanager sends it, with one alarm that
// tries to get onto the page as more than text.
const group = `{"version": "4", "status": "firing", "alerts": [
	{"status": "firing", "startsAt": "2030-01-02T11:59:30.5Z", "generatorURL": "http://prometheus:9090/graph?g0.expr=up",
	 "labels": {"alertname": "WebsiteDown", "severity": "critical", "namespace": "demo"},
	 "annotations": {"summary": "The website does not answer.", "description": "No probe has come back for 5s.",
	   "runbook_url": "https://example.org/runbooks/website-down", "dashboard_url": "https://example.org/d/website?viewPanel=1"}},
	{"status": "resolved", "labels": {"x": "<b>"}, "annotations": {"summary": "<script>", "runbook_url": "javascript:alert(1)"}}
]}`

func TestPage(t *testing.T) {
	body := show(t, box{
		{ID: 1, Received: noon, Channel: mailbox.Webhook, Receiver: "website", From: "10.0.0.1:1", Status: "firing", Body: []byte(group)},
		{ID: 2, Received: noon, Channel: mailbox.Webhook, Receiver: "other", From: "10.0.0.2:2", Body: []byte(`["<x>"]`)},
		{ID: 3, Received: noon, Channel: mailbox.MailIn, Receiver: "a@inbox", From: "10.0.0.3:3", Status: "resolved", Mail: &mailbox.Mail{
			From: "am@demo", To: []string{"a@inbox"}, Subject: "[RESOLVED] WebsiteDown", Text: "It is back.\n",
		}},
	})
	require.NotContains(t, body, "<script>")
	require.NotContains(t, body, "javascript:")

	golden.Equal(t, filepath.Join("testdata", "page.html"), body)
}

func TestEmptyPage(t *testing.T) {
	require.Contains(t, show(t, nil), "Nothing yet.")
}

func TestPageIsBounded(t *testing.T) {
	body := show(t, make(box, 150))
	require.Equal(t, 50, strings.Count(body, "<article"))
	require.Contains(t, body, "150 kept of 150 that came.")

	alarms := `{"alerts":[` + strings.Repeat(`{"labels":{"alertname":"X"}},`, 29) + `{}]}`
	body = show(t, box{{Channel: mailbox.Webhook, Body: []byte(alarms)}})
	require.Equal(t, 10, strings.Count(body, "<h2>X</h2>"))
	require.Contains(t, body, "and 20 more alarms")

	long := strings.Repeat("é", 100_000)
	require.Less(t, len(show(t, box{{Channel: mailbox.MailIn, Mail: &mailbox.Mail{Text: long}}})), 20_000)
	require.Less(t, len(show(t, box{{Channel: mailbox.Webhook, Body: []byte(`"` + long + `"`)}})), 20_000)
}

// What is no group of alarms is shown as it came.
func TestBodiesThatAreNoGroup(t *testing.T) {
	for _, body := range []string{`{}`, `7`, `{"alerts":"x"}`, `{"alerts":[{"startsAt":"yesterday"}]}`} {
		shown := show(t, box{{Channel: mailbox.Webhook, Body: []byte(body)}})
		require.Contains(t, shown, "not a group of alarms", body)
	}
}
