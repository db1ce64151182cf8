// Package mail takes notifications by mail: it is an SMTP server that accepts
// every mail for everybody and sends none on.
package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/peer"
)

// Limits of one session.
const (
	maxBytes      = 1 << 20
	maxRecipients = 50
	ioTimeout     = 10 * time.Second
	endTimeout    = 5 * time.Second
)

// Box is where notifications go.
type Box interface {
	Add(n mailbox.Notification) mailbox.Notification
}

// Server takes mails into a box.
type Server struct {
	box  Box
	log  *slog.Logger
	smtp *smtp.Server
	// endTimeout is how long running sessions may take when the program ends.
	endTimeout time.Duration
}

// New returns a server that takes mails into the box. With p a sender may go over to
// TLS (STARTTLS), and then has to show a certificate.
func New(box Box, p *peer.Peer, log *slog.Logger) *Server {
	s := &Server{box: box, log: log, endTimeout: endTimeout}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, from: c.Conn().RemoteAddr().String()}, nil
	}))
	s.smtp.Domain = "inbox"
	s.smtp.MaxMessageBytes = maxBytes
	s.smtp.MaxRecipients = maxRecipients
	s.smtp.ReadTimeout = ioTimeout
	s.smtp.WriteTimeout = ioTimeout
	s.smtp.EnableSMTPUTF8 = true
	if p != nil {
		s.smtp.TLSConfig = p.Server()
	}
	s.smtp.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	return s
}

// Run serves on that address until the context ends.
func (s *Server) Run(ctx context.Context, address string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("serve SMTP on %s: %w", address, err)
	}
	return s.Serve(ctx, listener)
}

// Serve is Run on a listener that is there already; it closes it.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	s.log.Info("serving SMTP", "address", listener.Addr().String())
	failed := make(chan error, 1)
	go func() { failed <- s.smtp.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve SMTP on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}

	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.endTimeout)
	defer cancel()
	if err := s.smtp.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("a mail session is cut off", "seconds", s.endTimeout.Seconds())
	} else if err != nil {
		return fmt.Errorf("end SMTP on %s: %w", listener.Addr(), err)
	}
	return nil
}

// session is one connection; it may bring several mails.
type session struct {
	server *Server
	from   string // network address
	sender string
	to     []string
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.sender = from
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data implements smtp.Session: each recipient gets the mail.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		s.server.log.Warn("a mail was not taken", "from", s.from, "error", err.Error())
		return err
	}
	message := parse(raw)
	for _, recipient := range s.to {
		n := s.server.box.Add(mailbox.Notification{
			Channel:  mailbox.MailIn,
			Receiver: recipient,
			From:     s.from,
			Status:   message.status,
			Mail:     &mailbox.Mail{From: s.sender, To: s.to, Subject: message.subject, Text: message.text},
		})
		s.server.log.Info("notification", "id", n.ID, "channel", n.Channel, "receiver", n.Receiver, "status", n.Status)
	}
	return nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.sender, s.to = "", nil }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }
