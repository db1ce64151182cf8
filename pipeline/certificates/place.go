package certificates

import (
	"context"
	"crypto/x509"
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
