package read_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/inbox/read"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 5, time.UTC)

// newBox returns a box with two notifications.
func newBox() *mailbox.Box {
	box := mailbox.New(mailbox.Limits{Notifications: 10, Bytes: 1 << 20}, func() time.Time { return noon }, prometheus.NewRegistry())
	box.Add(mailbox.Notification{Channel: mailbox.Webhook, Receiver: "website", From: "a:1", Status: "firing", Body: []byte(`{"a":1}`)})
	box.Add(mailbox.Notification{Channel: mailbox.MailIn, Receiver: "x@inbox", From: "b:2", Mail: &mailbox.Mail{
		From: "y@demo", To: []string{"x@inbox"}, Subject: "s", Text: "t",
	}})
	return box
}

func ask(t *testing.T, box read.Box, method, query string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	read.Add(mux, box)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, read.Path+query, nil))
	return w
}

const (
	first  = `{"id":1,"received":"2030-01-02T12:00:00.000000005Z","channel":"webhook","receiver":"website","from":"a:1","status":"firing","body":{"a":1},"mail":null}`
	second = `{"id":2,"received":"2030-01-02T12:00:00.000000005Z","channel":"mail","receiver":"x@inbox","from":"b:2","status":"","body":null,"mail":{"from":"y@demo","to":["x@inbox"],"subject":"s","text":"t"}}`
)

func TestList(t *testing.T) {
	for query, want := range map[string]string{
		"":                   first + "," + second,
		"?since=0":           first + "," + second,
		"?since=1":           second,
		"?since=1&wait=30s":  second, // there is one: no wait
		"?since=0&wait=2h":   first + "," + second,
		"?since=2":           "",
		"?since=2&wait=5ms":  "",
		"?since=99&wait=30s": "", // of an earlier life of the box: no wait
	} {
		t.Run(query, func(t *testing.T) {
			w := ask(t, newBox(), http.MethodGet, query)
			require.Equal(t, http.StatusOK, w.Code)
			require.JSONEq(t, `{"now":"2030-01-02T12:00:00.000000005Z","last":2,"notifications":[`+want+`]}`, w.Body.String())
		})
	}
}

func TestBadQueries(t *testing.T) {
	for query, want := range map[string]string{
		"?since=x":                    `since=\"x\" is not the id`,
		"?since=-1":                   `since=\"-1\" is not the id`,
		"?since=9223372036854775807":  "is not the id",
		"?wait=10":                    `wait=\"10\" is not a duration such as 10s`,
		"?wait=-1s":                   "is not a duration",
		"?since=1.5&wait=30s":         "is not the id",
		"?wait=9223372036854775807ms": "is not a duration",
	} {
		w := ask(t, newBox(), http.MethodGet, query)
		require.Equal(t, http.StatusBadRequest, w.Code, query)
		require.Contains(t, w.Body.String(), want)
	}
}

func TestDelete(t *testing.T) {
	box := newBox()
	require.Equal(t, http.StatusNoContent, ask(t, box, http.MethodDelete, "").Code)
	require.JSONEq(t, `{"now":"2030-01-02T12:00:00.000000005Z","last":2,"notifications":[]}`,
		ask(t, box, http.MethodGet, "").Body.String())
}

// waiting tells how long it was asked to wait.
type waiting struct{ *mailbox.Box }

func (waiting) Wait(ctx context.Context, _ int64) mailbox.Page {
	deadline, _ := ctx.Deadline()
	return mailbox.Page{Last: int64(time.Until(deadline).Round(time.Second).Seconds())}
}

func TestWaitIsBounded(t *testing.T) {
	for query, seconds := range map[string]string{"": "0", "?wait=10s": "10", "?wait=1h": "30"} {
		require.Contains(t, ask(t, waiting{}, http.MethodGet, query).Body.String(), `"last":`+seconds+",", query)
	}
}
