package addresses

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/forward"
	"firedrill/pipeline/server"
)

// Way leads to a Service: that of the ingress controller, or of the DNS server.
type Way interface {
	// Dial connects to a port of its Service.
	Dial(ctx context.Context, port int) (net.Conn, error)
}

// forwarded goes through the API server. Each connection has a tunnel of its own:
// one that the server breaks off would take the others of its tunnel with it.
type forwarded struct {
	config *rest.Config
	to     server.Endpoint
}

// Dial implements Way.
func (f forwarded) Dial(ctx context.Context, port int) (net.Conn, error) {
	tunnel, err := forward.Open(ctx, f.config, forward.Target{Namespace: f.to.Namespace, Service: f.to.Service, Port: port})
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(tunnel.URL, "http://"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("use the tunnel to Service %s/%s:%d: %w", f.to.Namespace, f.to.Service, port, err), tunnel.Close())
	}
	return tunnelled{conn, tunnel}, nil
}

// tunnelled closes its tunnel with itself.
type tunnelled struct {
	net.Conn
	tunnel *forward.Forward
}

// Close implements net.Conn.
func (t tunnelled) Close() error {
	err := t.Conn.Close()
	_ = t.tunnel.Close() // that the other side has hung up is no news
	return err
}
