package certificates

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func root(t *testing.T) Authority {
	t.Helper()
	a, err := NewRoot("root", now)
	require.NoError(t, err)
	return a
}

// leaf is a server's certificate as the cluster's issuer would sign it.
func leaf(t *testing.T, by Authority) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	wanted := template("leaf", now, time.Hour)
	wanted.IsCA, wanted.KeyUsage, wanted.DNSNames = false, x509.KeyUsageDigitalSignature, []string{"website.test"}
	wanted.SerialNumber = by.Certificate.SerialNumber
	der, err := x509.CreateCertificate(rand.Reader, wanted, by.Certificate, key.Public(), by.Key)
	require.NoError(t, err)
	c, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return c
}

func TestAServerIsTrustedThroughTheIntermediateByWhoKnowsTheRoot(t *testing.T) {
	top := root(t)
	between, err := top.NewIntermediate("between", now)
	require.NoError(t, err)
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(top.Certificate)
	intermediates.AddCert(between.Certificate)
	verify := func(c *x509.Certificate, with x509.VerifyOptions) error {
		with.Roots, with.CurrentTime, with.DNSName = roots, now, "website.test"
		_, err := c.Verify(with)
		return err
	}
	require.NoError(t, verify(leaf(t, between), x509.VerifyOptions{Intermediates: intermediates}))
	require.Error(t, verify(leaf(t, between), x509.VerifyOptions{}), "nobody can guess the intermediate")

	other := root(t)
	stranger, err := other.NewIntermediate("between", now)
	require.NoError(t, err)
	intermediates.AddCert(stranger.Certificate)
	require.Error(t, verify(leaf(t, stranger), x509.VerifyOptions{Intermediates: intermediates}))
}

func TestAnIntermediateMakesNoFurtherAuthority(t *testing.T) {
	top := root(t)
	between, err := top.NewIntermediate("between", now)
	require.NoError(t, err)
	below, err := between.NewIntermediate("below", now)
	require.NoError(t, err)
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(top.Certificate)
	intermediates.AddCert(between.Certificate)
	intermediates.AddCert(below.Certificate)
	_, err = leaf(t, below).Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates, CurrentTime: now})
	require.ErrorContains(t, err, "too many intermediates")
}

func TestNothingOutlivesWhatItIsUnder(t *testing.T) {
	top := root(t)
	late := top.Certificate.NotAfter.Add(-24 * time.Hour)
	between, err := top.NewIntermediate("between", late)
	require.NoError(t, err)
	require.Equal(t, top.Certificate.NotAfter, between.Certificate.NotAfter)
	chain, roots := []*x509.Certificate{between.Certificate}, []*x509.Certificate{top.Certificate}
	require.NoError(t, Under(chain, roots, late))
	require.ErrorContains(t, Under(chain, roots, late.Add(48*time.Hour)), "expired")
}
