// Package heartbeat raises an alarm when heartbeats stop: webhooks that
// Alertmanager sends all the time because of a rule that always fires. Whatever
// of the chain from Prometheus to here dies, it is silence that tells.
package heartbeat

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firedrill/apps/inbox/mailbox"
)

// interval is how often the rule is judged.
const interval = 250 * time.Millisecond

// Box is where notifications go.
type Box interface {
	Add(n mailbox.Notification) mailbox.Notification
}

// Forward takes a notification elsewhere; it must not wait for that.
type Forward func(body json.RawMessage)

// Watch waits for heartbeats. It is safe for use by several goroutines.
type Watch struct {
	orders  Orders
	box     Box
	forward Forward
	log     *slog.Logger

	mu sync.Mutex
	// last is when the last heartbeat came, or the watch began.
	last  time.Time
	count int64
	body  json.RawMessage
	// judged is when the rule was judged last.
	judged time.Time
	// firing is since when the alarm fires; zero if it does not.
	firing time.Time
}

// New returns a watch that begins now: the first heartbeat, too, has to come
// within the time.
func New(o Orders, box Box, forward Forward, log *slog.Logger, registry prometheus.Registerer) *Watch {
	w := &Watch{orders: o, box: box, forward: forward, log: log, last: time.Now()}
	registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "inbox_heartbeat_timestamp_seconds",
			Help: "When the last heartbeat came; before the first, since when it is waited for.",
		}, func() float64 { return float64(w.state().last.UnixMilli()) / 1000 }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "inbox_heartbeats_total",
			Help: "Heartbeats that came.",
		}, func() float64 { return float64(w.state().count) }),
	)
	return w
}

// Take takes a webhook if it tells of the heartbeat's alarm. Those are no news: of
// all that come, the last one is kept, and not among the notifications.
func (w *Watch) Take(n mailbox.Notification) bool {
	if n.Receiver != w.orders.Receiver || !tellsOf(n.Body, w.orders.Alert) {
		return false
	}
	// What tells that the heartbeat's alarm has ended is the opposite of one.
	if n.Status != mailbox.Resolved {
		w.beat(n.Body)
	}
	return true
}

// tellsOf tells whether the alarm is among those of a webhook. Others come to the
// same receiver, too: `firedrill channels test` sends one of its own to each.
func tellsOf(body []byte, alert string) bool {
	var webhook struct {
		Alerts []struct {
			Labels map[string]string `json:"labels"`
		} `json:"alerts"`
	}
	if json.Unmarshal(body, &webhook) != nil {
		return false
	}
	for _, a := range webhook.Alerts {
		if a.Labels["alertname"] == alert {
			return true
		}
	}
	return false
}

func (w *Watch) beat(body json.RawMessage) {
	w.mu.Lock()
	w.last, w.body = time.Now(), body
	w.count++
	w.mu.Unlock()
	w.judge()
}

// Run judges the rule until the context ends.
func (w *Watch) Run(ctx context.Context) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			w.judge()
		case <-ctx.Done():
			return nil
		}
	}
}

// judge raises the alarm or ends it, and notifies of the change.
func (w *Watch) judge() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.judged = time.Now()
	late := w.judged.Sub(w.last) >= w.orders.Rule.timeout
	switch {
	case late && w.firing.IsZero():
		w.firing = w.judged
		w.log.Warn("no heartbeat", "alarm", w.orders.Rule.Alert, "last", w.last, "for", w.orders.Rule.For)
		w.notify(mailbox.Firing, time.Time{})
	case !late && !w.firing.IsZero():
		w.log.Info("heartbeats come again", "alarm", w.orders.Rule.Alert)
		w.notify(mailbox.Resolved, w.judged)
		w.firing = time.Time{}
	}
}

// state is what readers see at one moment.
type state struct {
	last, judged, firing time.Time
	count                int64
	body                 json.RawMessage
}

func (w *Watch) state() state {
	w.mu.Lock()
	defer w.mu.Unlock()
	return state{last: w.last, judged: w.judged, firing: w.firing, count: w.count, body: w.body}
}
