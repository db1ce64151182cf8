// Package ask asks the api for a quote, never for long, and counts what came
// of it.
package ask

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"firedrill/apps/api/quote"
	"firedrill/apps/peer"
	"firedrill/apps/trace"
)

// maxAnswer is far more than the api ever answers.
const maxAnswer = 64 << 10

// What can come of a question: the values of the label result.
const (
	resultOK        = "ok"
	resultTimeout   = "timeout"
	resultError     = "error"      // no connection, or it broke
	resultBadAnswer = "bad_answer" // an answer that is no quote
	resultCancelled = "cancelled"  // the visitor left first
)

// errBadAnswer is behind every error about what the api answered.
var errBadAnswer = errors.New("bad answer")

// Asker asks one api.
type Asker struct {
	url      string
	client   *http.Client
	requests *prometheus.CounterVec
	duration prometheus.Histogram
}

// New returns what asks the api at that URL, as p. Its questions are part of the
// trace of the request that they are asked for.
func New(api url.URL, timeout time.Duration, p *peer.Peer, tracer *trace.Tracer, registry prometheus.Registerer) *Asker {
	// A new connection each time goes through the Service each time, so that all
	// pods of the api get questions and a new one is found at once.
	transport := p.Transport()
	transport.DisableKeepAlives = true
	a := &Asker{
		url: api.JoinPath(quote.Path).String(),
		client: &http.Client{
			Timeout:       timeout,
			Transport:     tracer.Transport(transport, "GET "+quote.Path),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "website_api_requests_total",
			Help: "Questions to the api, by result: ok, timeout, error (no connection), bad_answer or cancelled (the visitor left).",
		}, []string{"result"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "website_api_request_duration_seconds",
			Help:    "Time until the api answered or the website gave up.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2, 5},
		}),
	}
	// A rate needs the 0 before the first failure.
	for _, result := range []string{resultOK, resultTimeout, resultError, resultBadAnswer, resultCancelled} {
		a.requests.WithLabelValues(result)
	}
	registry.MustRegister(a.requests, a.duration)
	return a
}

// Quote asks once.
func (a *Asker) Quote(ctx context.Context) (quote.Quote, error) {
	start := time.Now()
	q, err := a.ask(ctx)
	a.duration.Observe(time.Since(start).Seconds())
	a.requests.WithLabelValues(result(err)).Inc()
	if err != nil {
		return quote.Quote{}, fmt.Errorf("ask the api: %w", err)
	}
	return q, nil
}

func (a *Asker) ask(ctx context.Context) (quote.Quote, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url, nil)
	if err != nil {
		return quote.Quote{}, err
	}
	response, err := a.client.Do(request)
	if err != nil {
		return quote.Quote{}, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return quote.Quote{}, fmt.Errorf("GET %s: %w: status %s, want 200", a.url, errBadAnswer, response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return quote.Quote{}, fmt.Errorf("GET %s: read the answer: %w", a.url, err)
	}
	var q quote.Quote
	if err := json.Unmarshal(body, &q); err != nil {
		return quote.Quote{}, fmt.Errorf("GET %s: %w: %w", a.url, errBadAnswer, err)
	}
	if q.Message == "" {
		return quote.Quote{}, fmt.Errorf("GET %s: %w: it has no message", a.url, errBadAnswer)
	}
	return q, nil
}

func result(err error) string {
	switch {
	case err == nil:
		return resultOK
	case errors.Is(err, errBadAnswer):
		return resultBadAnswer
	case errors.Is(err, context.Canceled):
		return resultCancelled
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return resultTimeout
	}
	return resultError
}
