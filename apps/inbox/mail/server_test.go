package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/smtp"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/peer"
	"firedrill/apps/peer/peertest"
)

// box passes on what it gets.
type box chan mailbox.Notification

func (b box) Add(n mailbox.Notification) mailbox.Notification {
	b <- n
	return n
}

// serve runs a server until the test ends.
func serve(t *testing.T, p *peer.Peer) (address string, kept box) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	kept = make(box, 100)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- New(kept, p, slog.New(slog.DiscardHandler)).Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-served)
	})
	return listener.Addr().String(), kept
}

func TestMailIsKeptForEachRecipient(t *testing.T) {
	address, kept := serve(t, nil)
	require.NoError(t, smtp.SendMail(address, nil, "alertmanager@demo", []string{"website@inbox", "all@inbox"},
		[]byte("Subject: [FIRING:1] WebsiteDown\r\n\r\nIt is down.\r\n")))

	for _, receiver := range []string{"website@inbox", "all@inbox"} {
		n := <-kept
		require.True(t, strings.HasPrefix(n.From, "127.0.0.1:"), n.From)
		n.From = ""
		require.Equal(t, mailbox.Notification{
			Channel:  mailbox.MailIn,
			Receiver: receiver,
			Status:   mailbox.Firing,
			Mail: &mailbox.Mail{
				From:    "alertmanager@demo",
				To:      []string{"website@inbox", "all@inbox"},
				Subject: "[FIRING:1] WebsiteDown",
				Text:    "It is down.\n",
			},
		}, n)
	}
	require.Empty(t, kept)
}

func TestSeveralMailsInOneSession(t *testing.T) {
	address, kept := serve(t, nil)
	client, err := smtp.Dial(address)
	require.NoError(t, err)
	for _, to := range []string{"a@inbox", "b@inbox"} {
		require.NoError(t, client.Mail("x@demo"))
		require.NoError(t, client.Rcpt(to))
		data, err := client.Data()
		require.NoError(t, err)
		_, err = data.Write([]byte("Subject: x\r\n\r\ny\r\n"))
		require.NoError(t, err)
		require.NoError(t, data.Close())
		require.Equal(t, []string{to}, (<-kept).Mail.To)
	}
	require.NoError(t, client.Quit())
}

func TestTooLargeMailIsRefused(t *testing.T) {
	address, kept := serve(t, nil)
	err := smtp.SendMail(address, nil, "x@demo", []string{"a@inbox"}, []byte(strings.Repeat("0123456789\r\n", 100_000)))
	require.ErrorContains(t, err, "552")
	require.Empty(t, kept)
}

// A session that is idle must not hold up the end for long.
func TestEndCutsOffAnIdleSession(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var log strings.Builder
	server := New(make(box), nil, slog.New(slog.NewTextHandler(&log, nil)))
	server.endTimeout = time.Millisecond
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()

	idle, err := smtp.Dial(listener.Addr().String()) // returns after the greeting
	require.NoError(t, err)
	defer func() { _ = idle.Close() }()
	cancel()
	require.NoError(t, <-served)
	require.Contains(t, log.String(), "cut off")
}

func TestRunNamesTheAddressThatIsTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	server := New(make(box), nil, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, server.Run(t.Context(), listener.Addr().String()), "serve SMTP on "+listener.Addr().String())
}

// A sender that goes over to TLS shows a certificate; the others go on without.
func TestSTARTTLSTakesACertificate(t *testing.T) {
	authority, folder := peertest.New(t), t.TempDir()
	authority.Write(t, folder, authority)
	address, kept := serve(t, peertest.Open(t, folder))
	own, err := tls.LoadX509KeyPair(filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key"))
	require.NoError(t, err)

	require.NoError(t, send(t, address, &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{own}}))
	require.Equal(t, "inbox@demo", (<-kept).Receiver)
	require.ErrorContains(t, send(t, address, &tls.Config{InsecureSkipVerify: true}), "certificate required")
	require.Empty(t, kept)
	require.NoError(t, send(t, address, nil))
	require.Equal(t, "inbox@demo", (<-kept).Receiver)
}

// send sends a mail, by STARTTLS if that is configured.
func send(t *testing.T, address string, config *tls.Config) error {
	t.Helper()
	client, err := smtp.Dial(address)
	require.NoError(t, err)
	defer func() { _ = client.Close() }()
	if config != nil {
		if err := client.StartTLS(config); err != nil {
			return err
		}
	}
	if err := errors.Join(client.Mail("a@demo"), client.Rcpt("inbox@demo")); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	return errors.Join(w.Close(), client.Quit())
}
