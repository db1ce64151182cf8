// Package peer is mutual TLS between our programs: the certificate that one shows
// to the others, and the authority whose certificates it wants to be shown.
//
// The files are read at every handshake. So a certificate that was renewed, and a
// new authority, are taken without a restart; what stands already goes on.
package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"firedrill/apps/settings"
)

// idleTimeout closes connections that nobody uses.
const idleTimeout = 90 * time.Second

// Settings say where the files are.
type Settings struct{ cert, key, ca *string }

// AddSettings adds the settings of mutual TLS to those of a program.
func AddSettings(set *settings.Set) Settings {
	return Settings{
		cert: set.Text("tls-cert", "", "PEM file with the certificate to show to other programs; none is shown without"),
		key:  set.Text("tls-key", "", "PEM file with the key of tls-cert"),
		ca:   set.Text("tls-ca", "", "PEM file with the authorities whose certificates other programs have to show"),
	}
}

// Peer is one program among others. A nil Peer shows nothing and trusts whom the
// system trusts.
type Peer struct{ cert, key, ca string }

// Open returns nil if the settings name no files.
func (s Settings) Open() (*Peer, error) {
	p := &Peer{*s.cert, *s.key, *s.ca}
	if *p == (Peer{}) {
		return nil, nil
	}
	if p.cert == "" || p.key == "" || p.ca == "" {
		return nil, errors.New("tls-cert, tls-key and tls-ca belong together: give all of them or none")
	}
	_, _, err := p.read()
	return p, err
}

// Server is how this program is asked: by whoever shows a certificate.
func (p *Peer) Server() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			pair, authorities, err := p.read()
			if err != nil {
				return nil, err
			}
			return &tls.Config{
				MinVersion:   tls.VersionTLS13,
				Certificates: []tls.Certificate{pair},
				ClientAuth:   tls.RequireAndVerifyClientCert,
				ClientCAs:    authorities,
				// Who resumes a session would not be looked at again.
				SessionTicketsDisabled: true,
			}, nil
		},
	}
}

// Transport is how this program asks others. There is no proxy: they are never
// outside of the cluster.
func (p *Peer) Transport() *http.Transport {
	if p == nil {
		return &http.Transport{}
	}
	return &http.Transport{DialTLSContext: p.dial, IdleConnTimeout: idleTimeout}
}

func (p *Peer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	pair, authorities, err := p.read()
	if err != nil {
		return nil, err
	}
	// The name that is checked is that of the address.
	return (&tls.Dialer{Config: &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{pair},
		RootCAs:      authorities,
	}}).DialContext(ctx, network, address)
}

func (p *Peer) read() (tls.Certificate, *x509.CertPool, error) {
	pair, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		// The kubelet changes both at once, perhaps after the first of them was
		// read; it does not do so twice in a row.
		pair, err = tls.LoadX509KeyPair(p.cert, p.key)
	}
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("read the certificate %s and its key %s: %w", p.cert, p.key, err)
	}
	bundle, err := os.ReadFile(p.ca)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("read the authorities to trust: %w", err)
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(bundle) {
		return tls.Certificate{}, nil, fmt.Errorf("read the authorities to trust: no certificate in %s", p.ca)
	}
	return pair, authorities, nil
}
