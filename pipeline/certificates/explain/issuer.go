package explain

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// issuer adds who was asked for the certificate, if something is wrong with it.
func (t *trail) issuer(ctx context.Context, certificate object) {
	ref := certificate.Spec.IssuerRef
	kind, resource, namespace, keys := "ClusterIssuer", cluster, "", t.Resources
	if ref.Kind != kind {
		kind, resource, namespace, keys = "Issuer", issuers, t.Namespace, t.Namespace
	}
	found := t.get(ctx, resource, namespace, ref.Name)
	if found == nil {
		return
	}
	if !isTrue(*found, "Ready") {
		t.add(kind, *found, conditions(*found, "Ready"))
	}
	if found.Spec.CA != nil {
		t.authority(ctx, keys, found.Spec.CA.SecretName)
	}
}

func isTrue(o object, condition string) bool {
	for _, c := range o.Status.Conditions {
		if c.Type == condition {
			return c.Status == metav1.ConditionTrue
		}
	}
	return false
}

// soon is how long before its end an authority is about to expire.
const soon = 30 * 24 * time.Hour

// authority adds the certificate that an issuer signs with, if its time is the
// matter: cert-manager goes on signing with one that nobody trusts any more.
func (t *trail) authority(ctx context.Context, namespace, name string) {
	found := t.get(ctx, secrets, namespace, name)
	if found == nil {
		return
	}
	block, _ := pem.Decode(found.Data["tls.crt"])
	if block == nil {
		t.add("Secret", *found, "has no certificate under tls.crt")
		return
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.add("Secret", *found, "the certificate under tls.crt cannot be read")
		return
	}
	switch left := c.NotAfter.Sub(t.Now); {
	case left <= 0:
		t.add("Secret", *found, fmt.Sprintf("its authority %q has expired on %s", c.Subject.CommonName, c.NotAfter.UTC().Format(time.DateOnly)))
	case t.Now.Before(c.NotBefore):
		t.add("Secret", *found, fmt.Sprintf("its authority %q is not yet valid, before %s", c.Subject.CommonName, c.NotBefore.UTC().Format(time.RFC3339)))
	case left < soon:
		t.add("Secret", *found, fmt.Sprintf("its authority %q expires on %s, in %d days", c.Subject.CommonName, c.NotAfter.UTC().Format(time.DateOnly), int(left.Hours()/24)))
	}
}
