package addresses_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// authority is a CA; one that signs servers is signed by another one.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	// chain is what a server has to show besides its own certificate.
	chain [][]byte
}

func newRoot(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{t: t}
	a.cert, a.key = a.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
	return a
}

// below is a CA that this one has signed, good for so long.
func (a *authority) below(name string, left time.Duration) *authority {
	a.t.Helper()
	b := &authority{t: a.t}
	b.cert, b.key = a.sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(left),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, a)
	b.chain = append([][]byte{b.cert.Raw}, a.chain...)
	return b
}

// sign fills in what all certificates have. Without a signer it is self-signed.
func (a *authority) sign(template *x509.Certificate, by *authority) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	template.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62))
	require.NoError(a.t, err)
	if template.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-2 * time.Hour)
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	require.NoError(a.t, err)
	cert, err := x509.ParseCertificate(raw)
	require.NoError(a.t, err)
	return cert, key
}

// server is a certificate with its chain, as a server shows it.
func (a *authority) server(template x509.Certificate) tls.Certificate {
	a.t.Helper()
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(30 * time.Minute)
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	cert, key := a.sign(&template, a)
	return tls.Certificate{Certificate: append([][]byte{cert.Raw}, a.chain...), PrivateKey: key}
}

// selfSigned is what a controller makes up that has no certificate for a name.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	a := &authority{t: t}
	cert, key := a.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "DEFAULT CERT"}, NotAfter: time.Now().Add(time.Hour)}, nil)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}
