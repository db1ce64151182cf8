package server

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// Sample is one value of a series.
type Sample struct {
	Time  time.Time `json:"time"`
	Value float64   `json:"value"`
}

// Prometheus asks a Prometheus server.
type Prometheus struct {
	proxy *Proxy
	api   promv1.API
	rules *recent[[]Rule]
}

// NewPrometheus returns a client for the server behind p.
func NewPrometheus(p *Proxy) (*Prometheus, error) {
	client, err := api.NewClient(api.Config{Address: p.base.String(), Client: p.client})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	return &Prometheus{proxy: p, api: promv1.NewAPI(client), rules: newRecent[[]Rule]()}, nil
}

// Values returns the present values of query, one for each series.
func (p *Prometheus) Values(ctx context.Context, query string) ([]float64, error) {
	answer, _, err := p.api.Query(ctx, query, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("%s: query %s: %w", p.proxy.name, query, err)
	}
	switch v := answer.(type) {
	case *model.Scalar:
		return []float64{float64(v.Value)}, nil
	case model.Vector:
		values := make([]float64, len(v))
		for i, s := range v {
			values[i] = float64(s.Value)
		}
		slices.Sort(values)
		return values, nil
	}
	return nil, fmt.Errorf("%s: query %s: gives a %s, not an instant vector", p.proxy.name, query, answer.Type())
}

// Range returns the samples of query between from and to, oldest first. Steps
// without a value, and values that are no number, are left out.
func (p *Prometheus) Range(ctx context.Context, query string, from, to time.Time, step time.Duration) ([]Sample, error) {
	answer, _, err := p.api.QueryRange(ctx, query, promv1.Range{Start: from, End: to, Step: step})
	if err != nil {
		return nil, fmt.Errorf("%s: query_range %s: %w", p.proxy.name, query, err)
	}
	matrix, ok := answer.(model.Matrix)
	if !ok {
		return nil, fmt.Errorf("%s: query_range %s: gives a %s, not a matrix", p.proxy.name, query, answer.Type())
	}
	var samples []Sample
	for _, series := range matrix {
		for _, v := range series.Values {
			if f := float64(v.Value); !math.IsNaN(f) && !math.IsInf(f, 0) {
				samples = append(samples, Sample{Time: v.Timestamp.Time(), Value: f})
			}
		}
	}
	slices.SortStableFunc(samples, func(a, b Sample) int { return a.Time.Compare(b.Time) })
	return samples, nil
}
