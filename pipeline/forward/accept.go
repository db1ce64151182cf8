package forward

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// accept takes connections until the listener is closed.
func (k *Kept) accept(ctx context.Context, all *sync.WaitGroup) {
	stop := context.AfterFunc(ctx, func() { _ = k.listener.Close() })
	defer stop()
	for {
		here, err := k.listener.Accept()
		if err != nil {
			return
		}
		all.Go(func() { k.carry(ctx, here) })
	}
}

// carry joins a connection with one to the pod. One for which there is no pod
// in time is closed, as a server does that goes down.
func (k *Kept) carry(ctx context.Context, here net.Conn) {
	defer func() { _ = here.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var t tunnel
	select {
	case t = <-k.tunnels:
	case <-time.After(patience):
		return
	case <-ctx.Done():
		return
	}
	there, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.address)
	if err != nil {
		return // the tunnel is being lost; whoever keeps it says so
	}
	context.AfterFunc(ctx, func() { _, _ = here.Close(), there.Close() })
	var both sync.WaitGroup
	both.Go(func() { flow(there, here) })
	both.Go(func() { flow(here, there) })
	both.Wait()
}

// flow copies until the end and passes the end on.
func flow(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
