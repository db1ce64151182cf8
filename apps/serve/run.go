package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Limits in time of one request. A handler that needs longer sets its own with
// http.ResponseController.
const (
	readTimeout  = 10 * time.Second
	writeTimeout = 15 * time.Second
	idleTimeout  = 60 * time.Second
	// shutdownTimeout is how long running requests may take when the program
	// ends; with the drain before it, it must fit into the pod's grace period.
	shutdownTimeout = 5 * time.Second
)

// maxHeaderBytes is generous for what our programs are asked.
const maxHeaderBytes = 64 << 10

// Run serves until the context ends, then drains and returns. It returns nil
// if every request was answered.
func (s *Server) Run(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *s.settings.listen)
	if err != nil {
		return fmt.Errorf("serve HTTP on %s: %w", *s.settings.listen, err)
	}
	return s.Serve(ctx, listener)
}

// Serve is Run on a listener that is there already; it closes it.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:        s.Handler(),
		ReadTimeout:    readTimeout,
		WriteTimeout:   writeTimeout,
		IdleTimeout:    idleTimeout,
		MaxHeaderBytes: maxHeaderBytes,
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	for _, f := range s.onEnd {
		server.RegisterOnShutdown(f)
	}

	s.log.Info("serving HTTP", "address", listener.Addr().String())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve HTTP on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	return s.end(ctx, server)
}

// end lets the requests that are still sent to this pod in, then those that
// are running out.
func (s *Server) end(ctx context.Context, server *http.Server) error {
	s.draining.Store(true)
	s.log.Info("draining", "seconds", s.settings.drain.Seconds())
	time.Sleep(*s.settings.drain)

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests still ran %s after the drain: %w", shutdownTimeout, err), server.Close())
	}
	return nil
}
