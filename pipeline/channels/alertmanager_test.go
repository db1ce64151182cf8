package channels

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/server"
)

// config has a receiver that works, one whose mail is refused, one that no route
// leads to, and one that notifies nobody.
const config = `
route:
  receiver: inbox
  routes:
    - {receiver: inbox, matchers: ['firedrill_receiver="inbox"']}
    - {receiver: pager, matchers: ['firedrill_receiver="pager"']}
    - {receiver: quiet, matchers: ['severity="none"']}
receivers:
  - {name: inbox, email_configs: [{to: a}], webhook_configs: [{url: <secret>}, {url: <secret>}]}
  - {name: pager, email_configs: [{to: b}]}
  - {name: quiet, webhook_configs: [{url: <secret>}]}
  - {name: nobody}
`

// alertmanager sends a second after an alarm was posted.
type alertmanager struct {
	posted []string // receivers, in order
	ended  int
	at     time.Time
	silent bool
}

func (a *alertmanager) Get(_ context.Context, path string) ([]byte, error) {
	if path == "/api/v2/status" {
		return json.Marshal(map[string]any{"config": map[string]any{"original": config}})
	}
	var sent [3]int // inbox' webhooks and mails, pager's mails
	for i, receiver := range a.posted {
		if i == len(a.posted)-1 && time.Since(a.at) < time.Second || a.silent {
			continue
		}
		if receiver == "inbox" {
			sent[0] += 2
			sent[1]++
			continue
		}
		sent[2]++
	}
	return []byte(fmt.Sprintf(`# TYPE alertmanager_notification_requests_total counter
alertmanager_notification_requests_total{integration="webhook",receiver_name="inbox"} %d
alertmanager_notification_requests_total{integration="email",receiver_name="inbox"} %d
alertmanager_notification_requests_total{integration="email",receiver_name="pager"} %d
alertmanager_notification_requests_failed_total{integration="email",receiver_name="pager"} %d
alertmanager_notifications_total{integration="email",receiver_name="pager"} 7
`, 40+sent[0], sent[1], sent[2], sent[2])), nil
}

func (a *alertmanager) Post(_ context.Context, path string, body []byte) error {
	var alarms []struct {
		Labels, Annotations map[string]string
		EndsAt              time.Time
	}
	if err := json.Unmarshal(body, &alarms); err != nil || path != "/api/v2/alerts" {
		return errors.Join(err, errors.New(path))
	}
	one := alarms[0]
	if one.Labels["drill"] != "true" || one.Labels["alertname"] != Alertname || !strings.HasPrefix(one.Annotations["summary"], "[DRILL] ") {
		return fmt.Errorf("not marked as a drill: %s", body)
	}
	if !one.EndsAt.After(time.Now()) {
		a.ended++
		return nil
	}
	a.posted, a.at = append(a.posted, one.Labels[server.ReceiverLabel]), time.Now()
	return nil
}

func TestAlertmanager(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &alertmanager{}
		results, err := Alertmanager{a}.Send(t.Context(), "[DRILL] x")
		require.NoError(t, err)
		require.Equal(t, []Result{
			{By: "alertmanager", Receiver: "inbox", Integration: "email", Delivered: true},
			{By: "alertmanager", Receiver: "inbox", Integration: "webhook", Delivered: true},
			{By: "alertmanager", Receiver: "pager", Integration: "email", Problem: "1 of 1 attempts failed; Alertmanager's log tells why"},
			{By: "alertmanager", Receiver: "quiet", Integration: "webhook", Problem: `no route leads tests to it; add one, first of all, with receiver: quiet, matchers: ['firedrill_receiver="quiet"'] and group_wait: 0s`},
		}, results)
		require.Equal(t, []string{"inbox", "pager"}, a.posted)
		require.Equal(t, 2, a.ended, "what was sent is taken back")
	})
}

func TestAlertmanagerThatSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results, err := Alertmanager{&alertmanager{silent: true}}.Send(t.Context(), "[DRILL] x")
		require.NoError(t, err)
		require.Equal(t, "no attempt within 10s", results[0].Problem)
	})
}

// Without its feature, Alertmanager counts the integrations of all receivers
// together.
func TestCountsOf(t *testing.T) {
	require.Equal(t, counts{attempts: 3, failures: 1}, countsOf(`
alertmanager_notification_requests_total{integration="email"} 3
alertmanager_notification_requests_total{integration="slack"} 9
alertmanager_notification_requests_failed_total{integration="email"} 1
`, "inbox", "email"))
}
