package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/common/model"
)

// String names the Service in messages.
func (p *Proxy) String() string { return p.name }

// JSON reads what the server answers to GET path with query, which may be nil,
// into v.
func (p *Proxy) JSON(ctx context.Context, path string, query url.Values, v any) error {
	return p.get(ctx, path, query, v)
}

// Visit requests path as a visitor would and wants it answered with status 200.
func (p *Proxy) Visit(ctx context.Context, path string, query url.Values) error {
	status, body, err := p.fetch(ctx, path, query)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: GET %s: %s: %s", p.name, path, statusText(status), firstLine(body))
	}
	return err
}

// Labelled is the present value of one series.
type Labelled struct {
	Labels map[string]string
	Value  float64
}

// Series returns the present values of query with their labels, in no
// particular order.
func (p *Prometheus) Series(ctx context.Context, query string) ([]Labelled, error) {
	answer, _, err := p.api.Query(ctx, query, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("%s: query %s: %w", p.proxy.name, query, err)
	}
	vector, ok := answer.(model.Vector)
	if !ok {
		return nil, fmt.Errorf("%s: query %s: gives a %s, not an instant vector", p.proxy.name, query, answer.Type())
	}
	series := make([]Labelled, len(vector))
	for i, s := range vector {
		series[i] = Labelled{Labels: labels(model.LabelSet(s.Metric)), Value: float64(s.Value)}
	}
	return series, nil
}
