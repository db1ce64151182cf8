package forward

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"

	"k8s.io/client-go/rest"

	"firedrill/pipeline/poll"
)

// ErrTaken is in the error of Listen if another program has the port.
var ErrTaken = errors.New("another program has the port")

// Kept is a port on loopback that leads to a Service for as long as somebody
// wants it: when the pod behind it is replaced, or the connection breaks, it
// looks for another pod and stays open meanwhile.
type Kept struct {
	// URL is http://127.0.0.1:PORT.
	URL      string
	target   Target
	listener net.Listener
	connect  func(context.Context) (tunnel, error)
	pause    pause
	// tunnels gives the present tunnel to each connection that asks for one.
	tunnels chan tunnel
}

// tunnel leads to one pod until it is lost, which is told once, also when it was
// ended by its context.
type tunnel struct {
	address string // on loopback
	pod     string
	lost    <-chan error
}

// pause is how long to wait before the next attempt to connect.
type pause struct{ first, most time.Duration }

// patience is how long a connection waits for a pod before it is closed.
const patience = 30 * time.Second

// Listen opens the port, 0 for any that is free. Nothing goes through it yet.
func Listen(ctx context.Context, config *rest.Config, t Target, port int) (*Kept, error) {
	c, err := newConnector(config, t)
	if err != nil {
		return nil, err
	}
	return listen(ctx, t, port, c.connect)
}

func listen(ctx context.Context, t Target, port int, connect func(context.Context) (tunnel, error)) (*Kept, error) {
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		err = fmt.Errorf("%w %d", ErrTaken, port)
	}
	if err != nil {
		return nil, fmt.Errorf("forward %s to %s: %w", address, t, err)
	}
	return &Kept{
		URL: "http://" + listener.Addr().String(), target: t, listener: listener, connect: connect,
		pause: pause{first: 500 * time.Millisecond, most: 10 * time.Second}, tunnels: make(chan tunnel),
	}, nil
}

// Close gives the port back. It is for a Kept that is never served.
func (k *Kept) Close() error { return k.listener.Close() }

// Serve forwards until ctx ends, closes every connection and gives the port
// back. It tells ready once the first pod is found, and says what happens
// later. A Service that cannot be reached at the beginning is an error; one
// that is lost later is looked for again and again.
func (k *Kept) Serve(ctx context.Context, ready func(), say func(string)) error {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	defer func() { _ = k.listener.Close() }()

	first, err := k.connect(ctx)
	if err != nil {
		return err
	}
	all.Go(func() { k.accept(ctx, &all) })
	ready()
	for t := first; ; {
		err := k.lend(ctx, t)
		if ctx.Err() != nil {
			return nil
		}
		say(fmt.Sprintf("lost pod %s of %s (%v); connecting again", t.pod, k.target, err))
		if t, err = k.again(ctx, say); err != nil {
			return nil // only the end of ctx ends the attempts
		}
		say(fmt.Sprintf("connected to pod %s", t.pod))
	}
}

// lend gives t to every connection that asks, until it is lost.
func (k *Kept) lend(ctx context.Context, t tunnel) error {
	for {
		select {
		case k.tunnels <- t:
		case err := <-t.lost:
			return err
		case <-ctx.Done():
			return <-t.lost
		}
	}
}

// again connects after ever longer pauses. What keeps it from it is said when
// it changes.
func (k *Kept) again(ctx context.Context, say func(string)) (tunnel, error) {
	changed := poll.Changes(say)
	for wait := k.pause.first; ; wait = min(2*wait, k.pause.most) {
		t, err := k.connect(ctx)
		if err == nil {
			return t, nil
		}
		if ctx.Err() != nil {
			return tunnel{}, context.Cause(ctx)
		}
		changed(err.Error())
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return tunnel{}, context.Cause(ctx)
		}
	}
}
