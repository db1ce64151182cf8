// Package forward reaches a Service of the cluster through a port on loopback,
// by way of the API server, as `kubectl port-forward` does. It is for servers
// that the service proxy cannot serve, because it keeps their credentials to
// itself.
package forward

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/httpstream" //nolint:staticcheck // Deprecated, but what client-go dials with: its spdy.RoundTripperFor has no successor yet.
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
)

// Target is the Service to reach.
type Target struct {
	Namespace, Service string
	Port               int // of the Service
}

func (t Target) String() string {
	return fmt.Sprintf("Service %s/%s:%d", t.Namespace, t.Service, t.Port)
}

// Forward is an open tunnel to one pod of a Service.
type Forward struct {
	// URL is http://127.0.0.1:PORT.
	URL    string
	stop   chan struct{}
	done   chan error
	closed sync.Once
	err    error // what Close returns
}

// Open picks a ready pod of the Service and forwards a free port on loopback
// to it, until Close.
func Open(ctx context.Context, config *rest.Config, t Target) (*Forward, error) {
	c, err := newConnector(config, t)
	if err != nil {
		return nil, err
	}
	f, _, err := c.open(ctx)
	return f, err
}

// open waits until the port is open, or ctx ends.
func open(ctx context.Context, dialer httpstream.Dialer, t Target, port int) (*Forward, error) {
	f := &Forward{stop: make(chan struct{}), done: make(chan error, 1)}
	ready := make(chan struct{})
	var complaints bytes.Buffer
	forwarder, err := portforward.NewOnAddresses(dialer, []string{"127.0.0.1"},
		[]string{fmt.Sprintf("0:%d", port)}, f.stop, ready, io.Discard, &complaints)
	if err != nil {
		return nil, fmt.Errorf("forward to %s: %w", t, err)
	}
	go func() { f.done <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-f.done:
		return nil, fmt.Errorf("forward to %s: %w: %s", t, err, strings.TrimSpace(complaints.String()))
	case <-ctx.Done():
		close(f.stop)
		return nil, fmt.Errorf("forward to %s: %w", t, context.Cause(ctx))
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("forward to %s: %w", t, err), f.Close())
	}
	f.URL = fmt.Sprintf("http://127.0.0.1:%d", ports[0].Local)
	return f, nil
}

// Close ends the forwarding and returns what went wrong with it meanwhile, also to
// whoever closes it again: a handshake of TLS that is broken off closes its
// connection by itself.
func (f *Forward) Close() error {
	f.closed.Do(func() {
		close(f.stop)
		f.err = <-f.done
	})
	return f.err
}
