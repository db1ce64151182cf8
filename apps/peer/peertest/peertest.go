// Package peertest makes authorities and certificates inside of a test.
package peertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/apps/peer"
	"firedrill/apps/settings"
)

// Authority signs certificates.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// New returns an authority that nobody trusts yet.
func New(t *testing.T) Authority {
	t.Helper()
	a := Authority{certificate: &x509.Certificate{
		Subject: pkix.Name{CommonName: "authority of a test"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}}
	der := a.sign(t, a.certificate, &a.key)
	var err error
	a.certificate, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	return a
}

// Write writes a new certificate for 127.0.0.1 and these names into a folder, with
// its key and the authority that it trusts: tls.crt, tls.key and ca.crt.
func (a Authority) Write(t *testing.T, folder string, trusted Authority, names ...string) {
	t.Helper()
	var key *ecdsa.PrivateKey
	der := a.sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "peer"}, DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, &key)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	write(t, folder, "tls.crt", "CERTIFICATE", der)
	write(t, folder, "tls.key", "PRIVATE KEY", secret)
	write(t, folder, "ca.crt", "CERTIFICATE", trusted.certificate.Raw)
}

// sign makes a key and a certificate for it. An authority without a certificate
// signs its own.
func (a Authority) sign(t *testing.T, template *x509.Certificate, key **ecdsa.PrivateKey) (der []byte) {
	t.Helper()
	var err error
	*key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62))
	require.NoError(t, err)
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	signer := a.key
	if signer == nil {
		signer = *key
	}
	der, err = x509.CreateCertificate(rand.Reader, template, a.certificate, &(*key).PublicKey, signer)
	require.NoError(t, err)
	return der
}

func write(t *testing.T, folder, name, kind string, der []byte) {
	t.Helper()
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), text, 0o600))
}

// Flags are the settings of a program whose files are in that folder.
func Flags(folder string) []string {
	return []string{
		"-tls-cert=" + filepath.Join(folder, "tls.crt"),
		"-tls-key=" + filepath.Join(folder, "tls.key"),
		"-tls-ca=" + filepath.Join(folder, "ca.crt"),
	}
}

// Open is a program whose files are in that folder.
func Open(t *testing.T, folder string) *peer.Peer {
	t.Helper()
	p, err := OpenWith(t, Flags(folder))
	require.NoError(t, err)
	return p
}

// OpenWith is a program that was started with these flags.
func OpenWith(t *testing.T, flags []string) (*peer.Peer, error) {
	t.Helper()
	set := settings.New("test")
	s := peer.AddSettings(set)
	require.NoError(t, set.Parse(flags, func(string) (string, bool) { return "", false }))
	return s.Open()
}

// Start is a program of that authority, which trusts it as well.
func (a Authority) Start(t *testing.T) *peer.Peer {
	t.Helper()
	folder := t.TempDir()
	a.Write(t, folder, a)
	return Open(t, folder)
}
