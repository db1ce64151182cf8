package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// Grafana asks a Grafana: about its own alerting and about what the links of
// notifications lead to.
type Grafana struct {
	site
	// held is Grafana's own Alertmanager, whose API is like the other's.
	held  Alertmanager
	rules *recent[[]Rule]
	// pageless is set once it is known to have no pages: it logs an error
	// whenever it is asked for one.
	pageless atomic.Pointer[error]
}

// NewGrafana returns a client for the Grafana that answers at address, such as
// http://127.0.0.1:41234, to that user.
func NewGrafana(address, user, password string) (*Grafana, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("address of Grafana: %w", err)
	}
	s := site{name: "Grafana", base: base, client: &http.Client{
		Transport: login{user: user, password: password}, Timeout: requestTimeout,
		// A redirect leads to the address for people, which need not answer here.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	alertmanager := s
	alertmanager.name, alertmanager.base = "Grafana's Alertmanager", base.JoinPath("api/alertmanager/grafana")
	return &Grafana{site: s, held: Alertmanager{alertmanager}, rules: newRecent[[]Rule]()}, nil
}

// login adds the user to every request.
type login struct{ user, password string }

// RoundTrip implements http.RoundTripper.
func (l login) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth(l.user, l.password)
	return http.DefaultTransport.RoundTrip(r)
}

// Alarms returns the alarms of a rule that Grafana's Alertmanager holds.
func (g *Grafana) Alarms(ctx context.Context, rule string) ([]Held, error) {
	return g.held.Alarms(ctx, rule)
}

// policiesPath is where Grafana tells its notification policies, which are
// Alertmanager's routes by another name.
const policiesPath = "/api/v1/provisioning/policies"

// GroupWait returns the longest group_wait among the notification policies
// that lead to one of the receivers, which Grafana calls contact points.
func (g *Grafana) GroupWait(ctx context.Context, receivers []string) (time.Duration, error) {
	var policies route
	if err := g.get(ctx, policiesPath, nil, &policies); err != nil {
		return 0, err
	}
	wait, err := policies.longest(receivers)
	if err != nil {
		return 0, fmt.Errorf("%s: its notification policies (%s): %w", g.name, policiesPath, err)
	}
	return wait, nil
}
