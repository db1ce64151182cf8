package pipeline

import (
	"context"
	"time"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/event"
	"firedrill/pipeline/report"
)

// answered is the first address that was answered, and when.
type answered struct {
	url string
	at  time.Time
}

// watchAddresses visits what people reach by name while it comes to be. What it
// returns ends that and tells of the first that was answered as it should be; nil if
// none was. That is no failure: the step addresses looks at all of them.
func watchAddresses(ctx context.Context, c *content.Content, config *rest.Config) (end func() *answered) {
	if c.Addresses == nil {
		return func() *answered { return nil }
	}
	ctx, cancel := context.WithCancel(ctx)
	first := make(chan *answered, 1)
	go func() {
		defer close(first)
		seen, err := addresses.First(ctx, addresses.Options{Config: *c.Addresses, Names: *c.Names, REST: config})
		if err == nil {
			first <- &answered{seen.URL, time.Now()}
		}
	}()
	return func() *answered {
		cancel()
		return <-first // nil when nothing was sent
	}
}

// beginnings remembers when the work on each item began.
type beginnings map[string]time.Time

// note takes an event; Tee gives it one at a time.
func (b beginnings) note(e event.Event) {
	if e.State == event.Started {
		b[e.Item] = e.Time
	}
}

// served is when a visitor was first shown a certificate, from the same beginning as
// the time until the first was issued. One that was shown before was an older one.
func (b beginnings) served(f deploy.FirstCertificate, a *answered) *report.Served {
	begun, known := b[f.Parts[0].Release]
	if a == nil || !known {
		return nil
	}
	seconds := a.at.Sub(begun).Seconds()
	if seconds < f.Seconds {
		return nil
	}
	return &report.Served{URL: a.url, Seconds: seconds}
}
