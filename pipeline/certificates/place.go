package certificates

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

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
	roots, err := p.intermediate(ctx, o.Sink.Start("intermediate"))
	if err != nil {
		return err
	}
	if err := p.trust(ctx, o.Sink.Start("trust"), roots); err != nil || o.TSIG == nil {
		return err
	}
	return o.Sink.Start("tsig").End(p.tsig(ctx), nil)
}

type placer struct {
	Options
	store store
}

// trust tells also of the roots that are trusted besides, and how that ends.
func (p placer) trust(ctx context.Context, task *event.Task, roots []*x509.Certificate) error {
	besides, err := p.trustToo(ctx, roots)
	if len(besides) > 0 {
		end := fmt.Sprintf("when all is signed again, delete the ConfigMaps %s and deploy again", p.Trust.ConfigMap)
		if p.Root.holds() {
			end = "`firedrill certificates rotate` ends with one root"
		}
		task.Progress(fmt.Sprintf("trusted besides, for what they have signed: %s; %s", named(besides), end))
	}
	return task.End(err, nil)
}

// trustToo gives all namespaces a bundle with the roots in it. Others that are in it
// stay, and are returned: until it is signed again, what is under them is shown.
func (p placer) trustToo(ctx context.Context, roots []*x509.Certificate) ([]*x509.Certificate, error) {
	var besides []*x509.Certificate
	for _, namespace := range p.Trust.Namespaces {
		there, err := p.store.bundle(ctx, namespace, p.Trust.ConfigMap)
		if err != nil {
			return nil, err
		}
		besides = append(besides, except(there, slices.Concat(roots, besides))...)
		missing := except(roots, there)
		if len(missing) == 0 {
			continue
		}
		if err := p.store.putBundle(ctx, namespace, p.Trust.ConfigMap, slices.Concat(there, missing)); err != nil {
			return nil, err
		}
	}
	return besides, nil
}

// except are those of all that are not among the others.
func except(all, others []*x509.Certificate) []*x509.Certificate {
	return slices.DeleteFunc(slices.Clone(all), func(c *x509.Certificate) bool { return slices.ContainsFunc(others, c.Equal) })
}
