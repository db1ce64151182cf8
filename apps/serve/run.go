package serve

import (
	"context"
	"crypto/tls"
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
	plain, err := s.listen(ctx, "HTTP", *s.settings.listen)
	if err != nil {
		return err
	}
	listeners := []net.Listener{plain}
	if *s.settings.listenTLS != "" {
		secure, err := s.listenPeers(ctx)
		if err != nil {
			return errors.Join(err, plain.Close())
		}
		listeners = append(listeners, secure)
	}
	return s.Serve(ctx, listeners...)
}

func (s *Server) listenPeers(ctx context.Context) (net.Listener, error) {
	own, err := s.settings.Peer.Open()
	if err != nil {
		return nil, err
	}
	if own == nil {
		return nil, errors.New("listen-tls needs a certificate to show: give tls-cert, tls-key and tls-ca")
	}
	listener, err := s.listen(ctx, "HTTPS", *s.settings.listenTLS)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(listener, own.Server()), nil
}

func (s *Server) listen(ctx context.Context, protocol, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve %s on %s: %w", protocol, address, err)
	}
	s.log.Info("serving "+protocol, "address", listener.Addr().String())
	return listener, nil
}

// Serve is Run on listeners that are there already; it closes them.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
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

	failed := make(chan error, len(listeners))
	for _, listener := range listeners {
		go func() { failed <- fmt.Errorf("serve on %s: %w", listener.Addr(), server.Serve(listener)) }()
	}
	select {
	case err := <-failed:
		return errors.Join(err, server.Close())
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
