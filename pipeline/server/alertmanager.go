package server

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// Held is an alarm that Alertmanager holds.
type Held struct {
	Labels map[string]string
	// Receivers are the names of the receivers that its routes lead to.
	Receivers []string
	// State is "active", "suppressed" (silenced or inhibited) or "unprocessed".
	State string
	// StartsAt is when the alarm fired by Prometheus' word, UpdatedAt when
	// Alertmanager last heard of it.
	StartsAt, UpdatedAt time.Time
}

// Alertmanager asks an Alertmanager by its API version 2.
type Alertmanager struct{ site }

// NewAlertmanager returns a client for the server behind p.
func NewAlertmanager(p *Proxy) *Alertmanager { return &Alertmanager{p.site} }

// Alarms returns the alarms of a rule that have not ended.
func (a *Alertmanager) Alarms(ctx context.Context, rule string) ([]Held, error) {
	var answer []struct {
		Labels    map[string]string `json:"labels"`
		Receivers []struct {
			Name string `json:"name"`
		} `json:"receivers"`
		Status struct {
			State string `json:"state"`
		} `json:"status"`
		StartsAt  time.Time `json:"startsAt"`
		UpdatedAt time.Time `json:"updatedAt"`
	}
	query := url.Values{"filter": {fmt.Sprintf("alertname=%q", rule)}}
	if err := a.get(ctx, "/api/v2/alerts", query, &answer); err != nil {
		return nil, err
	}
	alarms := make([]Held, len(answer))
	for i, x := range answer {
		alarms[i] = Held{Labels: x.Labels, State: x.Status.State, StartsAt: x.StartsAt, UpdatedAt: x.UpdatedAt}
		for _, r := range x.Receivers {
			alarms[i].Receivers = append(alarms[i].Receivers, r.Name)
		}
	}
	return alarms, nil
}

// GroupWait returns the longest group_wait among the routes that lead to one
// of the receivers, read from the configuration that Alertmanager runs with.
func (a *Alertmanager) GroupWait(ctx context.Context, receivers []string) (time.Duration, error) {
	root, err := a.config(ctx)
	if err != nil {
		return 0, err
	}
	wait, err := root.longest(receivers)
	if err != nil {
		return 0, fmt.Errorf("%s: its configuration: %w", a.name, err)
	}
	return wait, nil
}
