package addresses

import (
	"context"
	"crypto/x509"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/pipeline/kube"
)

// trust is who may have signed; no pool stands for those of this machine.
type trust struct {
	pool *x509.CertPool
	// from is where they are, for messages.
	from string
}

// trust reads the certificates of the CAs.
func (o Options) trust(ctx context.Context) (trust, error) {
	switch {
	case len(o.Roots) > 0:
		return trustOf(o.Roots, "the root that is held outside of the cluster")
	case o.Config.Trust == nil:
		return trust{from: "the CAs of this machine"}, nil
	}
	t := *o.Config.Trust
	client, err := kube.Client(o.REST)
	if err != nil {
		return trust{}, err
	}
	found, err := client.CoreV1().ConfigMaps(t.Namespace).Get(ctx, t.ConfigMap, metav1.GetOptions{})
	if err != nil {
		return trust{}, fmt.Errorf("read whom to trust from %s: %w; who issues certificates has to put the CA's there", t, err)
	}
	return trustOf([]byte(found.Data[t.Key]), t.String())
}

func trustOf(pem []byte, from string) (trust, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return trust{}, fmt.Errorf("no certificate of a CA is in %s; put it there as PEM", from)
	}
	return trust{pool, from}, nil
}
