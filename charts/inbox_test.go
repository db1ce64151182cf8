package charts_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"

	"firedrill/apps/inbox/heartbeat"
	"firedrill/apps/inbox/mailbox"
)

// inboxOrders are what a release gives inbox to watch.
func inboxOrders(t *testing.T, r *release.Release) heartbeat.Orders {
	t.Helper()
	text := find[*corev1.Secret](t, objects(t, r), "inbox-heartbeat").StringData["heartbeat.yaml"]
	orders, err := heartbeat.Load(write(t, t.TempDir(), "heartbeat.yaml", text))
	require.NoError(t, err)
	return orders
}

// provenByInbox asks inbox itself, a program of ours, which judges one rule by what
// it has received: whether it rests while heartbeats come, fires when none has come
// for as long as the rule's `for` says, and ends with the next one.
func provenByInbox(t *testing.T, path string, rules []rule) proven {
	t.Helper()
	require.Len(t, rules, 1, "%s: inbox judges the first rule alone", path)
	r := rules[0]
	patience := duration(t, r.For)
	require.Equal(t, fmt.Sprintf("time() - inbox_heartbeat_timestamp_seconds > %.0f", patience.Seconds()), r.Expr,
		"%s: what readers read in PromQL is not what inbox goes by", path)
	rendered, err := render("inbox", set("heartbeat.timeout", ""))
	require.NoError(t, err)
	orders := inboxOrders(t, rendered)
	require.Equal(t, r.Alert, orders.Rule.Alert)

	p := proven{map[string]bool{}, map[string]bool{}}
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewRegistry()
		box := mailbox.New(mailbox.Limits{Notifications: 9, Bytes: 1 << 20}, time.Now, registry)
		w := heartbeat.New(orders, box, func(json.RawMessage) {}, slog.New(slog.DiscardHandler), registry)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = w.Run(ctx) }()
		// after lets time go by, of the bubble's clock, and gives what came meanwhile.
		after := func(d time.Duration) (status string) {
			before := box.Since(0).Last
			time.Sleep(d)
			synctest.Wait()
			for _, n := range box.Since(before).Notifications {
				status += n.Status
			}
			return status
		}
		body := fmt.Appendf(nil, `{"alerts": [{"labels": {"alertname": %q}}]}`, orders.Alert)
		beat := func() { w.Take(mailbox.Notification{Receiver: orders.Receiver, Status: mailbox.Firing, Body: body}) }
		for range 5 {
			beat()
			p.saw(r.Alert, after(patience-time.Second) != "")
		}
		require.False(t, p.fires[r.Alert], "heartbeats came all the time")
		p.saw(r.Alert, after(2*time.Second) == mailbox.Firing)
		go beat()
		require.Equal(t, mailbox.Resolved, after(time.Second), "the next heartbeat ends it")
	})
	return p
}
