package behave

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"firedrill/apps/settings"
)

// limit is for every part of a request to the admin port.
const limit = 5 * time.Second

// AddSettings adds the admin port to the settings of a program.
func AddSettings(set *settings.Set) (listen *string) {
	return set.Address("admin-listen", fmt.Sprintf(":%d", Port), "address to serve the admin port on, by which the program is made to misbehave")
}

// Beside runs serve and, beside it, the admin port and the lines that the
// behaviour wants, until ctx ends or one of them fails.
func (s *Switch) Beside(ctx context.Context, listen string, serve func(context.Context) error) error {
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error { return serve(ctx) })
	both.Go(func() error { return s.admin(ctx, listen) })
	both.Go(func() error { s.Log(ctx); return nil })
	return both.Wait()
}

func (s *Switch) admin(ctx context.Context, listen string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("serve the admin port on %s: %w", listen, err)
	}
	server := &http.Server{Handler: s.Admin(), ReadTimeout: limit, WriteTimeout: limit, IdleTimeout: limit}
	s.log.Info("serving the admin port", "address", listener.Addr().String())
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the admin port on %s: %w", listener.Addr(), err)
	}
	return nil
}
