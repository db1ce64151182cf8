package peer_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/peer"
	"firedrill/apps/peer/peertest"
)

// serve returns the address of a server that says what certificate it was shown.
func serve(t *testing.T, p *peer.Peer) (url string) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].SerialNumber.String())
	}))
	server.Listener = tls.NewListener(server.Listener, p.Server())
	server.Start()
	t.Cleanup(server.Close)
	return "https://" + server.Listener.Addr().String()
}

// ask opens a connection of its own, and returns the serial numbers of both sides.
func ask(t *testing.T, transport *http.Transport, url string) (shown, seen string, err error) {
	t.Helper()
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := transport.RoundTrip(request)
	if err != nil {
		return "", "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body), response.TLS.PeerCertificates[0].SerialNumber.String(), nil
}

func TestBothShowACertificate(t *testing.T) {
	authority := peertest.New(t)
	shown, seen, err := ask(t, authority.Start(t).Transport(), serve(t, authority.Start(t)))
	require.NoError(t, err)
	require.NotEqual(t, shown, seen)
}

func TestWhoHasNoCertificateIsRefused(t *testing.T) {
	authority := peertest.New(t)
	url := serve(t, authority.Start(t))
	_, _, err := ask(t, &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, url)
	require.ErrorContains(t, err, "certificate required")

	folder := t.TempDir()
	peertest.New(t).Write(t, folder, authority) // signed by somebody else
	_, _, err = ask(t, peertest.Open(t, folder).Transport(), url)
	require.ErrorContains(t, err, "unknown certificate authority")
}

func TestWhoIsNotTheOneIsNotAsked(t *testing.T) {
	authority := peertest.New(t)
	_, _, err := ask(t, authority.Start(t).Transport(), serve(t, peertest.New(t).Start(t)))
	require.ErrorContains(t, err, "signed by unknown authority")

	folder := t.TempDir()
	authority.Write(t, folder, authority, "api.demo.svc")
	port := serve(t, peertest.Open(t, folder))[len("https://127.0.0.1"):]
	_, _, err = ask(t, authority.Start(t).Transport(), "https://localhost"+port)
	require.ErrorContains(t, err, "valid for api.demo.svc, not localhost")

	_, _, err = ask(t, (*peer.Peer)(nil).Transport(), "https://localhost"+port)
	require.ErrorContains(t, err, "certificate")
}

func TestRenewedFilesAreTaken(t *testing.T) {
	authority, folder, other := peertest.New(t), t.TempDir(), t.TempDir()
	authority.Write(t, folder, authority)
	authority.Write(t, other, authority)
	url, client := serve(t, peertest.Open(t, folder)), peertest.Open(t, other)
	shown, seen, err := ask(t, client.Transport(), url)
	require.NoError(t, err)

	authority.Write(t, folder, authority)
	again, renewed, err := ask(t, client.Transport(), url)
	require.NoError(t, err)
	require.NotEqual(t, seen, renewed)
	require.Equal(t, shown, again)

	next := peertest.New(t) // a new authority, at the client first
	next.Write(t, other, next)
	_, _, err = ask(t, client.Transport(), url)
	require.ErrorContains(t, err, "signed by unknown authority")
	next.Write(t, folder, next)
	_, _, err = ask(t, client.Transport(), url)
	require.NoError(t, err)
}

func TestWrongFiles(t *testing.T) {
	authority := peertest.New(t)
	for name, c := range map[string]struct{ file, text, want string }{
		"no key":       {file: "tls.key", want: "tls.key"},
		"no authority": {file: "ca.crt", text: "-", want: "no certificate in "},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			authority.Write(t, folder, authority)
			require.NoError(t, os.WriteFile(filepath.Join(folder, c.file), []byte(c.text), 0o600))
			_, err := peertest.OpenWith(t, peertest.Flags(folder))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := peertest.OpenWith(t, peertest.Flags(t.TempDir())[:2])
	require.EqualError(t, err, "tls-cert, tls-key and tls-ca belong together: give all of them or none")
	p, err := peertest.OpenWith(t, nil)
	require.NoError(t, err)
	require.Nil(t, p)
}
