package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/content"
	"firedrill/pipeline/forward"
	"firedrill/pipeline/server"
)

// Opening is a server of the cluster that a person wants to look at.
type Opening struct {
	// Server is grafana, or another name that firedrill.yaml has a Service for.
	Server string
	// Port is the one on loopback; 0 is that of the Service, or any other if
	// that one is taken.
	Port int
	// Opened is called once the server can be reached.
	Opened func(Access)
	// Say is told what becomes of the connection.
	Say func(string)
}

// Access is what a person needs to look at a server. User and Password are
// empty where none are asked for. They are for the person who asked, and go
// into no report.
type Access struct{ URL, User, Password string }

// Open makes a server of the cluster that stands reachable on loopback until
// ctx ends.
func Open(ctx context.Context, o Options, what Opening) error {
	s, endpoint, err := toOpen(ctx, o, what.Server)
	if err != nil {
		return err
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	access, err := s.access(ctx, config, what.Server)
	if err != nil {
		return err
	}
	kept, err := listenNear(ctx, config, endpoint, what.Port)
	if err != nil {
		return err
	}
	access.URL = cmp.Or(endpoint.Scheme, "http") + strings.TrimPrefix(kept.URL, "http")
	return kept.Serve(ctx, func() { what.Opened(access) }, what.Say)
}

// toOpen reads no more than it takes to find the server: a mistake in a drill
// keeps nobody from looking at Grafana.
func toOpen(ctx context.Context, o Options, name string) (*state, server.Endpoint, error) {
	none := server.Endpoint{}
	if err := o.check(); err != nil {
		return nil, none, err
	}
	c, err := o.loadContent(ctx)
	if err != nil {
		return nil, none, err
	}
	all := openable(c)
	endpoint, known := all[name]
	if !known {
		return nil, none, fmt.Errorf("%s names no server %q: choose one of %s", o.Content, name, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	s := &state{options: o, loaded: loaded{content: c}}
	err = s.findCluster(ctx)
	return s, endpoint, err
}

// openable are the servers that firedrill.yaml names.
func openable(c *content.Content) map[string]server.Endpoint {
	all := map[string]server.Endpoint{
		"prometheus":   c.Endpoints.Prometheus,
		"alertmanager": c.Endpoints.Alertmanager,
		"inbox":        c.Endpoints.Inbox,
	}
	if c.Grafana != nil {
		all["grafana"] = c.Grafana.Endpoint
	}
	if c.Logs != nil {
		all["loki"], all["website"] = c.Logs.Loki, c.Logs.Website.Endpoint
	}
	maps.DeleteFunc(all, func(_ string, e server.Endpoint) bool { return e == (server.Endpoint{}) })
	return all
}

// access is the user and password of a server that asks for them.
func (s *state) access(ctx context.Context, config *rest.Config, name string) (a Access, err error) {
	if name == "grafana" {
		a.User, a.Password, err = credentials(ctx, config, *s.content.Grafana)
	}
	return a, err
}

// listenNear opens the port that was asked for, or else, so that a bookmark
// works again, the Service's own if it is free.
func listenNear(ctx context.Context, config *rest.Config, e server.Endpoint, port int) (*forward.Kept, error) {
	target := forward.Target{Namespace: e.Namespace, Service: e.Service, Port: e.Port}
	if port != 0 {
		kept, err := forward.Listen(ctx, config, target, port)
		if errors.Is(err, forward.ErrTaken) {
			err = fmt.Errorf("%w; choose another with --port, or leave it out for any that is free", err)
		}
		return kept, err
	}
	if kept, err := forward.Listen(ctx, config, target, e.Port); err == nil {
		return kept, nil
	}
	return forward.Listen(ctx, config, target, 0)
}
