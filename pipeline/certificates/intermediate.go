package certificates

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"firedrill/pipeline/event"
)

// intermediate returns the roots under which the cluster signs.
func (p placer) intermediate(ctx context.Context, task *event.Task) ([]*x509.Certificate, error) {
	roots, did, err := p.ensureIntermediate(ctx)
	if err == nil {
		task.Progress(did)
	}
	return roots, task.End(err, nil)
}

// ensureIntermediate says in words what it did.
func (p placer) ensureIntermediate(ctx context.Context) ([]*x509.Certificate, string, error) {
	there, err := p.store.secret(ctx, p.Issuing.Namespace, p.Issuing.Secret)
	if err != nil {
		return nil, "", err
	}
	if there != nil && !p.Root.holds() {
		return p.withoutRoot(there)
	}
	root, err := p.Root.Open(rootName, p.Now())
	if err != nil {
		return nil, "", err
	}
	did, err := p.underRoot(ctx, there, root)
	return []*x509.Certificate{root.Certificate}, did + p.ending(root.Certificate), err
}

// ending says that the root ends soon: nothing under it lives longer, so none of it
// can be made anew in time.
func (p placer) ending(root *x509.Certificate) string {
	if root.NotAfter.Sub(p.Now()) >= renewed {
		return ""
	}
	return fmt.Sprintf("; the root ends on %s, and with it all that is under it: rotate it with `firedrill certificates rotate`", day(root.NotAfter))
}

// underRoot makes the intermediate, unless the one that is there is good.
func (p placer) underRoot(ctx context.Context, there *corev1.Secret, root Authority) (string, error) {
	why := "the cluster has none"
	if there != nil {
		var err error
		if why, err = p.worn(there, root.Certificate); err != nil || why == "" {
			return "the one that is there is good", err
		}
	}
	return "made a new one: " + why, p.issue(ctx, root)
}

// withoutRoot takes the cluster's word for what the roots are: an authority that
// changes its own has both.
func (p placer) withoutRoot(there *corev1.Secret) ([]*x509.Certificate, string, error) {
	roots, err := Parse(there.Data[corev1.ServiceAccountRootCAKey])
	if err != nil {
		return nil, "", fmt.Errorf("look at Secret %s/%s: its %s should be the root, so that pods can be told to trust it: %w", there.Namespace, there.Name, corev1.ServiceAccountRootCAKey, err)
	}
	chain, err := p.signing(there)
	if err != nil {
		return nil, "", err
	}
	own := chain[0]
	left := own.NotAfter.Sub(p.Now())
	if left <= 0 {
		return nil, "", fmt.Errorf("look at Secret %s/%s: its authority %q has expired on %s, so nobody trusts what it signs; have whoever signed it sign a new one",
			there.Namespace, there.Name, own.Subject.CommonName, day(own.NotAfter))
	}
	if err := Under(chain, roots, p.Now()); err != nil {
		return nil, "", fmt.Errorf("look at Secret %s/%s: its authority is under no root of its %s, so nobody would trust what it signs; put its root there, and into %s, behind the authority, whoever stands between the two: %w",
			there.Namespace, there.Name, corev1.ServiceAccountRootCAKey, corev1.TLSCertKey, err)
	}
	did := "the one that is there is taken"
	if left < soon {
		did += fmt.Sprintf("; it expires on %s, in %d days, and with it all that it signs: have a new one signed", day(own.NotAfter), int(left.Hours()/24))
	}
	return roots, did, nil
}

const (
	// soon is how long before its end somebody else's intermediate is about to expire.
	soon = 30 * 24 * time.Hour
	// renewed is how long before its end an intermediate is made anew.
	renewed = IntermediateLife / 3
	// leafRenewed is how long after it was signed cert-manager renews a certificate
	// that asks for nothing else: two thirds of 90 days. Until then it is shown with
	// the intermediate of that time.
	leafRenewed = 60 * 24 * time.Hour
)

// signing is the certificate that the cluster signs with, and after it those that
// stand between it and its root.
func (p placer) signing(there *corev1.Secret) ([]*x509.Certificate, error) {
	all, err := Parse(there.Data[corev1.TLSCertKey])
	if err != nil {
		return nil, fmt.Errorf("look at Secret %s/%s: its %s: %w; delete the Secret and deploy again", there.Namespace, there.Name, corev1.TLSCertKey, err)
	}
	if now := p.Now(); now.Before(all[0].NotBefore) {
		return nil, fmt.Errorf("look at Secret %s/%s: its authority %q is good from %s on, and here it is %s: a clock is off; set them by NTP",
			there.Namespace, there.Name, all[0].Subject.CommonName, all[0].NotBefore.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return all, nil
}

// errOther is that the cluster signs under another root.
var errOther = errors.New("the cluster signs under another root; `firedrill certificates rotate` changes it without a moment in which nobody is trusted")

// worn says why an intermediate must be replaced, or nothing. Under another root
// is an error, however old it is: replacing it would break every certificate at once.
func (p placer) worn(there *corev1.Secret, root *x509.Certificate) (string, error) {
	chain, err := p.signing(there)
	if err != nil {
		return "", err
	}
	own := chain[0]
	// By its signature alone: one that has expired is replaced.
	if err := own.CheckSignatureFrom(root); err != nil {
		return "", fmt.Errorf("look at Secret %s/%s: %w: %s under %s: %w", there.Namespace, there.Name, errOther,
			named(chain[:1]), named([]*x509.Certificate{root}), err)
	}
	left := own.NotAfter.Sub(p.Now())
	// A new one would not live longer than its root either.
	if left >= renewed || !own.NotAfter.Before(root.NotAfter) {
		return "", nil
	}
	why := fmt.Sprintf("the one that was there ends on %s", day(own.NotAfter))
	if left < leafRenewed {
		why += ", and with it what it has signed, which cert-manager may renew later than that: `firedrill certificates rotate` has all of it signed again"
	}
	return why, nil
}

// issue makes an intermediate and hands it to the cluster. Its key is nowhere
// else.
func (p placer) issue(ctx context.Context, root Authority) error {
	made, err := root.NewIntermediate(intermediateName, p.Now())
	if err != nil {
		return err
	}
	key, err := keyText(made.Key)
	if err != nil {
		return err
	}
	return p.store.putSecret(ctx, p.Issuing.Namespace, p.Issuing.Secret, corev1.SecretTypeTLS, map[string][]byte{
		corev1.TLSCertKey: pemOf(made.Certificate), corev1.TLSPrivateKeyKey: key,
		corev1.ServiceAccountRootCAKey: pemOf(root.Certificate),
	})
}
