package mailbox

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Limits bound what a Box keeps; beyond them the oldest notification goes.
type Limits struct {
	Notifications int
	Bytes         int
}

// Box keeps notifications. It is safe for use by several goroutines.
type Box struct {
	limits  Limits
	now     func() time.Time
	metrics *metrics

	mu    sync.Mutex
	items []Notification // the oldest first
	bytes int
	last  int64
	// changed is closed, and replaced, when something came or the box closed.
	changed chan struct{}
	closed  bool
}

// New returns an empty box that reads the time from now.
func New(limits Limits, now func() time.Time, registry prometheus.Registerer) *Box {
	b := &Box{limits: limits, now: now, metrics: newMetrics(registry), changed: make(chan struct{})}
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "inbox_notifications_kept",
		Help: "Notifications in the box now.",
	}, func() float64 { return float64(b.kept()) }))
	return b
}

// Add keeps a notification, gives it its ID and the time, and returns it.
func (b *Box) Add(n Notification) Notification {
	// Names come from outside; neither JSON nor a label takes everything.
	n.Receiver = strings.ToValidUTF8(n.Receiver, "?")

	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	n.ID, n.Received = b.last, b.now().UTC()
	b.items = append(b.items, n)
	b.bytes += n.size()
	b.drop()
	b.metrics.add(n)
	b.wake()
	return n
}

// drop makes room; the newest notification stays whatever its size.
func (b *Box) drop() {
	n := 0
	for len(b.items)-n > 1 && (len(b.items)-n > b.limits.Notifications || b.bytes > b.limits.Bytes) {
		b.bytes -= b.items[n].size()
		n++
	}
	b.items = slices.Delete(b.items, 0, n)
	b.metrics.dropped.Add(float64(n))
}

func (b *Box) wake() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// Page is what a Box holds at one moment.
type Page struct {
	// Now is the time of the box, for readers with another clock.
	Now time.Time `json:"now"`
	// Last is the ID of the newest notification that ever came, 0 if none.
	Last int64 `json:"last"`
	// Notifications are the oldest first, and never nil.
	Notifications []Notification `json:"notifications"`
}

// Since returns the notifications with an ID above that one, the oldest first.
func (b *Box) Since(id int64) Page {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.since(id)
}

// Wait is Since, but if there is none it waits for one until the context ends
// or the box is closed.
//
// An ID above all that came is one of an earlier life of the box. Wait then
// returns at once, so that the reader sees a Last below its own and starts
// anew, instead of waiting for a number that is far away.
func (b *Box) Wait(ctx context.Context, id int64) Page {
	for {
		b.mu.Lock()
		page, changed, closed := b.since(id), b.changed, b.closed
		b.mu.Unlock()
		if len(page.Notifications) > 0 || id > page.Last || closed {
			return page
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return b.Since(id)
		}
	}
}

func (b *Box) since(id int64) Page {
	first, _ := slices.BinarySearchFunc(b.items, id+1, func(n Notification, id int64) int {
		return int(n.ID - id)
	})
	// A copy, because drop moves what is behind b.items.
	notifications := append(make([]Notification, 0, len(b.items)-first), b.items[first:]...)
	return Page{Now: b.now().UTC(), Last: b.last, Notifications: notifications}
}

// Clear forgets all notifications; their IDs are not used again.
func (b *Box) Clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.items, b.bytes = nil, 0
}

// Close ends every Wait, now and later. Everything else goes on.
func (b *Box) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.wake()
}

func (b *Box) kept() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.items)
}
