package certificates

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/event"
)

// BundleKey is where a ConfigMap has the bundle.
const BundleKey = "ca.crt"

// The names in the certificates themselves.
const (
	rootName         = "firedrill root"
	intermediateName = "firedrill intermediate"
)

// Options say what to put where.
type Options struct {
	Wanted
	// Root is the folder of the root. One that is empty gets a root, unless the
	// cluster has an intermediate already: that is somebody else's, and stays.
	Root   Folder
	Client kubernetes.Interface
	Labels map[string]string // of what is created
	Now    func() time.Time
	Sink   event.Sink
}

// Place puts the intermediate, the bundle and the key for DNS into the cluster, or
// leaves them if they are good. Its namespaces must exist.
func Place(ctx context.Context, o Options) error {
	p := placer{Options: o, store: store{client: o.Client, labels: o.Labels}}
	root, err := p.intermediate(ctx, o.Sink.Start("intermediate"))
	if err != nil {
		return err
	}
	trust := o.Sink.Start("trust")
	for _, namespace := range o.Trust.Namespaces {
		if err := p.trust(ctx, namespace, root); err != nil {
			return trust.End(err, nil)
		}
	}
	if err := trust.End(nil, nil); err != nil || o.TSIG == nil {
		return err
	}
	return o.Sink.Start("tsig").End(p.tsig(ctx), nil)
}

type placer struct {
	Options
	store store
}

// intermediate returns the root under which the cluster signs.
func (p placer) intermediate(ctx context.Context, task *event.Task) (*x509.Certificate, error) {
	root, why, err := p.ensureIntermediate(ctx)
	if err == nil {
		task.Progress(why)
	}
	return root, task.End(err, nil)
}

// ensureIntermediate says in words what it did.
func (p placer) ensureIntermediate(ctx context.Context) (*x509.Certificate, string, error) {
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
	why := "the cluster has none"
	if there != nil {
		if why, err = p.worn(there, root.Certificate); err != nil || why == "" {
			return root.Certificate, "the one that is there is good", err
		}
	}
	return root.Certificate, "made a new one: " + why, p.issue(ctx, root)
}

// withoutRoot takes the cluster's word for what the root is.
func (p placer) withoutRoot(there *corev1.Secret) (*x509.Certificate, string, error) {
	all, err := Parse(there.Data[corev1.ServiceAccountRootCAKey])
	if err != nil {
		return nil, "", fmt.Errorf("look at Secret %s/%s: its %s should be the root, so that pods can be told to trust it: %w", there.Namespace, there.Name, corev1.ServiceAccountRootCAKey, err)
	}
	return all[0], "the one that is there is taken", nil
}

// errOther is that the cluster signs under another root.
var errOther = errors.New("the cluster signs under another root; `firedrill certificates rotate` changes it without a moment in which nobody is trusted")

// worn says why an intermediate must be replaced, or nothing. Under another root
// is an error: replacing it would break every certificate at once.
func (p placer) worn(there *corev1.Secret, root *x509.Certificate) (string, error) {
	all, err := Parse(there.Data[corev1.TLSCertKey])
	if err != nil {
		return "", fmt.Errorf("look at Secret %s/%s: its %s: %w; delete the Secret and deploy again", there.Namespace, there.Name, corev1.TLSCertKey, err)
	}
	left := all[0].NotAfter.Sub(p.Now())
	if left < IntermediateLife/3 {
		return fmt.Sprintf("the one that was there ends on %s", day(all[0].NotAfter)), nil
	}
	if err := Under(all[0], root, p.Now()); err != nil {
		return "", fmt.Errorf("look at Secret %s/%s: %w: %w", there.Namespace, there.Name, errOther, err)
	}
	return "", nil
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

// trust gives a namespace a bundle with the root in it. Others that are in it
// stay: a rotation may be under way.
func (p placer) trust(ctx context.Context, namespace string, root *x509.Certificate) error {
	there, err := p.store.bundle(ctx, namespace, p.Trust.ConfigMap)
	if err != nil {
		return err
	}
	for _, c := range there {
		if c.Equal(root) {
			return nil
		}
	}
	return p.store.putBundle(ctx, namespace, p.Trust.ConfigMap, []*x509.Certificate{root})
}
