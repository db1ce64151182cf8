// Package certificates is the own authority of an enterprise, as small as it can
// be taught: a root that its operator holds, outside of the cluster; an
// intermediate that the cluster signs with, whose key exists in memory and in one
// Secret and nowhere else; and the bundle of what pods shall trust.
//
// The root's key is the only one of these that is ever a file. Whoever reads this
// package for production: keep the root's folder on a machine that is off, or give
// the cluster an intermediate of the authority that there is.
package certificates

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// How long the two live. The intermediate's time bounds that of every certificate
// under it.
const (
	RootLife         = 10 * 365 * 24 * time.Hour
	IntermediateLife = 365 * 24 * time.Hour
)

// skew is how much earlier than now a certificate begins, for clocks that are
// slow.
const skew = time.Minute

// Authority is a certificate that signs others, with its key.
type Authority struct {
	Certificate *x509.Certificate
	Key         crypto.Signer
}

// NewRoot makes an authority that nobody stands above.
func NewRoot(name string, now time.Time) (Authority, error) {
	return sign(template(name, now, RootLife), nil)
}

// NewIntermediate makes an authority that may sign servers' and clients'
// certificates but no further authority.
func (a Authority) NewIntermediate(name string, now time.Time) (Authority, error) {
	t := template(name, now, IntermediateLife)
	t.MaxPathLenZero = true
	if t.NotAfter.After(a.Certificate.NotAfter) {
		t.NotAfter = a.Certificate.NotAfter
	}
	return sign(t, &a)
}

// matches tells whether the key is that of the certificate.
func (a Authority) matches() bool {
	public, ok := a.Key.Public().(interface{ Equal(x crypto.PublicKey) bool })
	return ok && public.Equal(a.Certificate.PublicKey)
}

func template(name string, now time.Time, life time.Duration) *x509.Certificate {
	return &x509.Certificate{
		Subject:   pkix.Name{CommonName: name, Organization: []string{"firedrill"}},
		NotBefore: now.Add(-skew), NotAfter: now.Add(life),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true,
	}
}

// sign makes a key and has by sign its certificate; without by the key itself
// does.
func sign(t *x509.Certificate, by *Authority) (Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Authority{}, fmt.Errorf("make the key of %q: %w", t.Subject.CommonName, err)
	}
	if t.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
		return Authority{}, err
	}
	if by == nil {
		by = &Authority{Certificate: t, Key: key}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, by.Certificate, key.Public(), by.Key)
	if err != nil {
		return Authority{}, fmt.Errorf("sign the certificate of %q: %w", t.Subject.CommonName, err)
	}
	certificate, err := x509.ParseCertificate(der)
	return Authority{Certificate: certificate, Key: key}, err
}

// Under tells why a chain leads to none of the roots that are still good, or nil. It
// begins with the certificate that is asked about.
func Under(chain, roots []*x509.Certificate, now time.Time) error {
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: pool(roots), Intermediates: pool(chain[1:]), CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return fmt.Errorf("certificate %s under %s: %w", named(chain[:1]), named(roots), err)
	}
	return nil
}

func pool(all []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range all {
		p.AddCert(c)
	}
	return p
}

// named is how certificates stand in messages.
func named(all []*x509.Certificate) string {
	var texts []string
	for _, c := range all {
		texts = append(texts, fmt.Sprintf("%q (until %s)", c.Subject.CommonName, day(c.NotAfter)))
	}
	return strings.Join(texts, ", ")
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
