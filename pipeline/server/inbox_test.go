package server

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSinceCorrectsTheClock(t *testing.T) {
	// inbox's clock is an hour ahead; it received the notifications 10 s ago.
	now := time.Now().Add(time.Hour)
	text := strings.NewReplacer("NOW", now.Format(time.RFC3339Nano),
		"RECEIVED", now.Add(-10*time.Second).Format(time.RFC3339Nano)).Replace(read(t, "notifications.json"))
	p, s := serve(t, map[string]string{"/api/v1/notifications": text})
	notes, last, err := NewInbox(p).Since(t.Context(), 6)
	require.NoError(t, err)
	require.Equal(t, "6", s.queries["/api/v1/notifications"].Get("since"))
	require.Len(t, notes, 3)
	require.EqualValues(t, 9, last)
	require.WithinDuration(t, time.Now().Add(-10*time.Second), notes[0].Received, 2*time.Second)
}

func TestSinceReadsAlarms(t *testing.T) {
	text := strings.NewReplacer("NOW", "2026-11-22T05:40:12Z", "RECEIVED", "2026-11-22T05:40:09Z").
		Replace(read(t, "notifications.json"))
	p, _ := serve(t, map[string]string{"/api/v1/notifications": text})
	notes, _, err := NewInbox(p).Since(t.Context(), 0)
	require.NoError(t, err)

	require.Equal(t, int64(7), notes[0].ID)
	require.Equal(t, "webhook", notes[0].Channel)
	require.Equal(t, "website", notes[0].Receiver)
	require.Len(t, notes[0].Alarms, 2)
	require.Equal(t, "firing", notes[0].Alarms[0].Status)
	require.Equal(t, "demo", notes[0].Alarms[0].Labels["namespace"])
	require.Equal(t, "https://example.org/runbooks/WebsiteDown.md", notes[0].Alarms[0].Annotations["runbook_url"])
	require.Equal(t, "resolved", notes[0].Alarms[1].Status, "each alarm of a notification has its own status")
	require.Equal(t, time.Date(2026, 11, 22, 5, 40, 6, 130e6, time.UTC), notes[0].Alarms[1].EndsAt)

	require.Equal(t, "mail", notes[1].Channel)
	require.Len(t, notes[1].Alarms, 1)
	require.True(t, notes[1].Alarms[0].Is("WebsiteDown", map[string]string{"namespace": "demo"}))
	require.Equal(t, "firing", notes[1].Alarms[0].Status)
	require.Empty(t, notes[2].Alarms, "JSON that is no webhook of Alertmanager tells of no alarm")
}

func TestSinceReportsErrors(t *testing.T) {
	p, _ := serve(t, nil)
	_, last, err := NewInbox(p).Since(t.Context(), 7)
	require.ErrorContains(t, err, "no endpoints available for service")
	require.EqualValues(t, 7, last, "what has been read stays read")
}

// The ids of an inbox that was started anew are below those read so far.
func TestSinceBeginsAnewWithInbox(t *testing.T) {
	text := strings.NewReplacer("NOW", "2026-11-22T05:40:12Z", "RECEIVED", "2026-11-22T05:40:09Z").
		Replace(read(t, "notifications.json"))
	p, s := serve(t, map[string]string{"/api/v1/notifications": text})
	notes, last, err := NewInbox(p).Since(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, "0", s.queries["/api/v1/notifications"].Get("since"))
	require.Len(t, notes, 3)
	require.EqualValues(t, 9, last)

	_, _, err = NewInbox(p).Since(t.Context(), 9)
	require.NoError(t, err)
	require.Equal(t, "9", s.queries["/api/v1/notifications"].Get("since"), "nothing has come, which is no new life")
}
