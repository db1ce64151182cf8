package mailbox_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/mailbox"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

func newBox(limits mailbox.Limits) (*mailbox.Box, *prometheus.Registry) {
	registry := prometheus.NewRegistry()
	return mailbox.New(limits, func() time.Time { return noon }, registry), registry
}

// ids returns the IDs on a page, which says what it has.
func ids(p mailbox.Page) []int64 {
	out := []int64{}
	for _, n := range p.Notifications {
		out = append(out, n.ID)
	}
	return out
}

var roomy = mailbox.Limits{Notifications: 1000, Bytes: 1 << 20}

func TestSince(t *testing.T) {
	box, _ := newBox(roomy)
	require.Equal(t, mailbox.Page{Now: noon, Notifications: []mailbox.Notification{}}, box.Since(0))

	first := box.Add(mailbox.Notification{Channel: mailbox.Webhook, Receiver: "website", Status: mailbox.Firing})
	box.Add(mailbox.Notification{})
	require.EqualValues(t, 1, first.ID)
	require.Equal(t, noon, first.Received)

	require.Equal(t, []int64{1, 2}, ids(box.Since(0)))
	require.Equal(t, first, box.Since(0).Notifications[0])
	require.Equal(t, []int64{2}, ids(box.Since(1)))
	require.Empty(t, ids(box.Since(2)))
	require.EqualValues(t, 2, box.Since(2).Last)
}

func TestOldestAreDroppedBeyondTheNumber(t *testing.T) {
	box, registry := newBox(mailbox.Limits{Notifications: 3, Bytes: 1 << 20})
	for range 5 {
		box.Add(mailbox.Notification{Channel: mailbox.MailIn})
	}
	require.Equal(t, []int64{3, 4, 5}, ids(box.Since(0)))
	require.Equal(t, []int64{5}, ids(box.Since(4)))
	require.EqualValues(t, 2, value(t, registry, "inbox_notifications_dropped_total"))
	require.EqualValues(t, 3, value(t, registry, "inbox_notifications_kept"))
}

func TestOldestAreDroppedBeyondTheBytes(t *testing.T) {
	box, _ := newBox(mailbox.Limits{Notifications: 1000, Bytes: 4000})
	body := json.RawMessage(strings.Repeat("1", 1000))
	for range 4 {
		box.Add(mailbox.Notification{Body: body})
	}
	require.Equal(t, []int64{3, 4}, ids(box.Since(0)))

	box.Add(mailbox.Notification{Mail: &mailbox.Mail{Text: strings.Repeat("x", 5000)}})
	require.Equal(t, []int64{5}, ids(box.Since(0)), "the newest stays, whatever its size")
}

func TestClearKeepsCounting(t *testing.T) {
	box, _ := newBox(roomy)
	box.Add(mailbox.Notification{})
	box.Clear()
	require.Empty(t, ids(box.Since(0)))
	require.EqualValues(t, 2, box.Add(mailbox.Notification{}).ID)
}

func TestReceiversAreBoundedAsLabel(t *testing.T) {
	box, registry := newBox(roomy)
	for i := range 150 {
		box.Add(mailbox.Notification{Channel: mailbox.Webhook, Receiver: strings.Repeat("r", i)})
	}
	box.Add(mailbox.Notification{Channel: mailbox.Webhook, Receiver: "bad \xff name"})
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == "inbox_notifications_total" {
			require.Len(t, family.GetMetric(), 101)
		}
	}
	require.EqualValues(t, 151, value(t, registry, "inbox_notifications_total"))
}

// value is the sum over all labels of a counter or gauge.
func value(t *testing.T, registry *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == name {
			sum := 0.0
			for _, m := range family.GetMetric() {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
			return sum
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func TestStatus(t *testing.T) {
	for want, words := range map[string][]string{
		"firing": {"firing", "FIRING"}, "resolved": {" Resolved "}, "": {"", "ok"},
	} {
		for _, word := range words {
			require.Equal(t, want, mailbox.Status(word), word)
		}
	}
}

func TestWait(t *testing.T) {
	for name, c := range map[string]struct {
		act  func(box *mailbox.Box, cancel func())
		want []int64
	}{
		"woken by a notification": {func(box *mailbox.Box, _ func()) { box.Add(mailbox.Notification{}) }, []int64{2}},
		"ended by its context":    {func(_ *mailbox.Box, cancel func()) { cancel() }, []int64{}},
		"ended by Close":          {func(box *mailbox.Box, _ func()) { box.Close() }, []int64{}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				box, _ := newBox(roomy)
				box.Add(mailbox.Notification{})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				waited := make(chan mailbox.Page, 1)
				go func() { waited <- box.Wait(ctx, 1) }()

				synctest.Wait() // until it waits
				require.Empty(t, waited)
				c.act(box, cancel)
				require.Equal(t, c.want, ids(<-waited))
			})
		})
	}
}

func TestWaitReturnsAtOnce(t *testing.T) {
	box, _ := newBox(roomy)
	box.Add(mailbox.Notification{})
	require.Equal(t, []int64{1}, ids(box.Wait(t.Context(), 0)))

	restarted := box.Wait(t.Context(), 40)
	require.Empty(t, restarted.Notifications)
	require.EqualValues(t, 1, restarted.Last, "an ID of an earlier life")
}

func TestSideBySide(t *testing.T) {
	box, _ := newBox(mailbox.Limits{Notifications: 10, Bytes: 1 << 20})
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			for range 50 {
				box.Add(mailbox.Notification{Channel: mailbox.Webhook, Receiver: "r"})
				box.Since(0)
			}
		})
	}
	read := int64(0)
	for read < 400 { // every reader gets to the end, whatever was dropped
		read = box.Wait(t.Context(), read).Last
	}
	work.Wait()
	require.Len(t, box.Since(0).Notifications, 10)
	require.EqualValues(t, 400, box.Since(0).Last)
}
