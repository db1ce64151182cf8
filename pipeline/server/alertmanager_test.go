package server

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAlarms(t *testing.T) {
	p, s := serve(t, map[string]string{"/api/v2/alerts": read(t, "alerts.json")})
	alarms, err := NewAlertmanager(p).Alarms(t.Context(), "WebsiteDown")
	require.NoError(t, err)
	require.Equal(t, `alertname="WebsiteDown"`, s.queries["/api/v2/alerts"].Get("filter"))
	require.Len(t, alarms, 1)
	require.Equal(t, "demo", alarms[0].Labels["namespace"])
	require.Equal(t, []string{"inbox", "page"}, alarms[0].Receivers)
	require.Equal(t, "active", alarms[0].State)
	require.Equal(t, time.Date(2026, 11, 22, 5, 40, 8, 130e6, time.UTC), alarms[0].StartsAt)
	require.Equal(t, time.Date(2026, 11, 22, 5, 40, 8, 135e6, time.UTC), alarms[0].UpdatedAt)
}

func TestGroupWait(t *testing.T) {
	p, _ := serve(t, map[string]string{"/api/v2/status": read(t, "status.json")})
	tests := []struct {
		receivers []string
		want      time.Duration
	}{
		{[]string{"inbox"}, time.Second},
		{[]string{"mail"}, 5 * time.Second},
		{[]string{"web"}, 90 * time.Second}, // its parent's
		{[]string{"inbox", "page"}, 90 * time.Second},
	}
	for _, test := range tests {
		got, err := NewAlertmanager(p).GroupWait(t.Context(), test.receivers)
		require.NoError(t, err)
		require.Equal(t, test.want, got, "receivers %v", test.receivers)
	}
	_, err := NewAlertmanager(p).GroupWait(t.Context(), []string{"nobody"})
	require.ErrorContains(t, err, "no route leads to receiver [nobody]")
}

func TestGroupWaitStandard(t *testing.T) {
	p, _ := serve(t, map[string]string{"/api/v2/status": `{"config":{"original":"route:\n  receiver: inbox\n"}}`})
	got, err := NewAlertmanager(p).GroupWait(t.Context(), []string{"inbox"})
	require.NoError(t, err)
	require.Equal(t, 30*time.Second, got)
}

func TestGroupWaitBad(t *testing.T) {
	p, _ := serve(t, map[string]string{"/api/v2/status": `{"config":{"original":"route:\n  receiver: inbox\n  group_wait: soon\n"}}`})
	_, err := NewAlertmanager(p).GroupWait(t.Context(), []string{"inbox"})
	require.ErrorContains(t, err, "group_wait of the route to inbox")
}
