package addresses

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// explain says in words why a certificate was not taken, and what to do. It keeps
// the error in itself.
func (c *checker) explain(host string, err error) error {
	var verification *tls.CertificateVerificationError
	if !errors.As(err, &verification) {
		return err
	}
	leaf := verification.UnverifiedCertificates[0]
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case selfSigned(leaf):
		return fmt.Errorf("the certificate is self-signed (%s): the controller has none for this name; is its Certificate ready? `kubectl get certificates --all-namespaces` says why not: %w",
			named(leaf), verification)
	case errors.As(err, &name):
		return fmt.Errorf("the certificate is for %s, not for %s; correct dnsNames of its Certificate, or the Secret that the Ingress names: %w",
			named(leaf), host, verification)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return c.expired(invalid.Cert, leaf, verification)
	case errors.As(err, &unknown):
		return fmt.Errorf("the certificate is signed by %q, whom nobody vouches for of %s; is that the CA of another time, or does the server leave out the one between? %w",
			leaf.Issuer.String(), c.trust.from, verification)
	}
	return fmt.Errorf("the certificate is not good: %w", verification)
}

// expired is about a certificate out of its time: the server's or one above.
func (c *checker) expired(which, leaf *x509.Certificate, cause error) error {
	whose := "the certificate"
	if which != nil && !which.Equal(leaf) {
		whose = fmt.Sprintf("the certificate of the CA %q", which.Subject.String())
	} else {
		which = leaf
	}
	now := c.now()
	if now.Before(which.NotBefore) {
		return fmt.Errorf("%s is good from %s, %s from now; is a clock wrong, here or where it was issued? %w",
			whose, which.NotBefore.Format(time.RFC3339), which.NotBefore.Sub(now).Round(time.Second), cause)
	}
	return fmt.Errorf("%s was good until %s, %s ago; it has not been renewed, or the controller still serves the old one: look at `kubectl get certificates --all-namespaces`: %w",
		whose, which.NotAfter.Format(time.RFC3339), now.Sub(which.NotAfter).Round(time.Second), cause)
}

// selfSigned is a leaf that nobody else has signed, such as the one that a controller
// makes up while it has none.
func selfSigned(leaf *x509.Certificate) bool {
	return leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil
}

func named(leaf *x509.Certificate) string {
	if len(leaf.DNSNames) == 0 {
		return leaf.Subject.String()
	}
	return strings.Join(leaf.DNSNames, ", ")
}
