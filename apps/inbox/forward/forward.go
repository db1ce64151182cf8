// Package forward sends notifications that the inbox makes itself to where
// people read them.
package forward

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// queued is how many notifications may wait for a URL that does not answer.
	queued = 16
	// tries, with a wait that doubles, last about four minutes.
	tries   = 8
	first   = 2 * time.Second
	timeout = 10 * time.Second
)

// Forwarder sends notifications to each of some URLs, in their order.
type Forwarder struct {
	log    *slog.Logger
	client *http.Client
	queues map[string]chan json.RawMessage
}

// New returns what forwards to the URLs while it runs.
func New(urls []string, client *http.Client, log *slog.Logger) *Forwarder {
	f := &Forwarder{log: log, client: client, queues: map[string]chan json.RawMessage{}}
	for _, url := range urls {
		f.queues[url] = make(chan json.RawMessage, queued)
	}
	return f
}

// Send takes a notification and returns at once.
func (f *Forwarder) Send(body json.RawMessage) {
	for url, queue := range f.queues {
		select {
		case queue <- body:
		default:
			f.log.Error("notification not forwarded", "url", url, "error", fmt.Sprintf("%d others wait", queued))
		}
	}
}

// Run forwards until the context ends.
func (f *Forwarder) Run(ctx context.Context) error {
	var group errgroup.Group
	for url, queue := range f.queues {
		group.Go(func() error {
			for {
				select {
				case body := <-queue:
					f.deliver(ctx, url, body)
				case <-ctx.Done():
					return nil
				}
			}
		})
	}
	return group.Wait()
}

// deliver tries again where the other side may yet come to its senses.
func (f *Forwarder) deliver(ctx context.Context, url string, body json.RawMessage) {
	wait := first
	for try := 1; ; try++ {
		err := f.post(ctx, url, body)
		if err == nil {
			f.log.Info("notification forwarded", "url", url)
			return
		}
		f.log.Error("notification not forwarded", "url", url, "try", try, "of", tries, "error", err.Error())
		if try == tries {
			return
		}
		select {
		case <-time.After(wait):
			wait *= 2
		case <-ctx.Done():
			return
		}
	}
}

func (f *Forwarder) post(ctx context.Context, url string, body json.RawMessage) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := f.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("%s", response.Status)
	}
	return nil
}
