// Package expiry watches Secrets of type kubernetes.io/tls, and keeps of each
// nothing but since when and until when its certificate is good.
package expiry

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// The annotations under which a Secret in the cache has what its certificate
// says: seconds since 1970, or nothing if it could not be read.
const (
	begins = "firedrill/not-before"
	ends   = "firedrill/not-after"
)

var (
	notBefore = prometheus.NewDesc("tls_secret_not_before_timestamp_seconds",
		"Since when the certificate in a Secret of type kubernetes.io/tls is good; of a chain, the first.",
		[]string{"namespace", "secret"}, nil)
	notAfter = prometheus.NewDesc("tls_secret_not_after_timestamp_seconds",
		"When the certificate in a Secret of type kubernetes.io/tls expires; of a chain, the first to do so.",
		[]string{"namespace", "secret"}, nil)
	invalid = prometheus.NewDesc("tls_secret_invalid",
		"1 if tls.crt of a Secret of type kubernetes.io/tls holds no certificate that can be read.",
		[]string{"namespace", "secret"}, nil)
	synced = prometheus.NewDesc("tls_secrets_synced",
		"1 once all Secrets have been read; before that some are missing here.", nil, nil)
)

// Watch is a collector of what the Secrets say.
type Watch struct {
	stores []cache.SharedIndexInformer
	log    *slog.Logger
}

// New returns a watch over namespaces, in which "" stands for all of them.
func New(client kubernetes.Interface, namespaces []string, log *slog.Logger) *Watch {
	w := &Watch{log: log}
	for _, namespace := range namespaces {
		factory := informers.NewSharedInformerFactoryWithOptions(client, 0,
			informers.WithNamespace(namespace),
			informers.WithTransform(w.reduce),
			// The API server leaves out all others, so that they never come here.
			informers.WithTweakListOptions(func(o *metav1.ListOptions) {
				o.FieldSelector = fields.OneTermEqualSelector("type", string(corev1.SecretTypeTLS)).String()
			}))
		w.stores = append(w.stores, factory.Core().V1().Secrets().Informer())
	}
	return w
}

// Run watches until the context ends. Where it may not, it says so in the log
// and goes on trying.
func (w *Watch) Run(ctx context.Context) error {
	var group errgroup.Group
	for _, store := range w.stores {
		group.Go(func() error {
			store.RunWithContext(ctx)
			return nil
		})
	}
	return group.Wait()
}

// reduce is what is kept of a Secret: its name and its certificate's
// times. The key, and the certificate, are gone before it comes into the cache.
func (w *Watch) reduce(object any) (any, error) {
	secret, ok := object.(*corev1.Secret)
	if !ok {
		return nil, fmt.Errorf("watch Secrets: the API server sent %T", object)
	}
	kept := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Namespace: secret.Namespace, Name: secret.Name, UID: secret.UID, ResourceVersion: secret.ResourceVersion,
	}}
	if _, done := secret.Annotations[ends]; done && secret.Data == nil {
		kept.Annotations = map[string]string{begins: secret.Annotations[begins], ends: secret.Annotations[ends]}
		return kept, nil // the cache may hand us what we made
	}
	begin, end, err := life(secret.Data[corev1.TLSCertKey])
	if err != nil {
		w.log.Warn("certificate not read", "namespace", secret.Namespace, "secret", secret.Name, "error", err.Error())
		kept.Annotations = map[string]string{ends: ""}
		return kept, nil
	}
	kept.Annotations = map[string]string{begins: strconv.FormatInt(begin.Unix(), 10), ends: strconv.FormatInt(end.Unix(), 10)}
	return kept, nil
}

// Describe implements prometheus.Collector.
func (w *Watch) Describe(descs chan<- *prometheus.Desc) {
	descs <- notBefore
	descs <- notAfter
	descs <- invalid
	descs <- synced
}

// Collect implements prometheus.Collector.
func (w *Watch) Collect(metrics chan<- prometheus.Metric) {
	all := 1.0
	for _, store := range w.stores {
		if !store.HasSynced() {
			all = 0
		}
		for _, object := range store.GetStore().List() {
			secret := object.(*corev1.Secret)
			tell := func(desc *prometheus.Desc, value float64) {
				metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, secret.Namespace, secret.Name)
			}
			end, err := strconv.ParseFloat(secret.Annotations[ends], 64)
			begin, alsoErr := strconv.ParseFloat(secret.Annotations[begins], 64)
			if err != nil || alsoErr != nil {
				tell(invalid, 1)
				continue
			}
			tell(notBefore, begin)
			tell(notAfter, end)
		}
	}
	metrics <- prometheus.MustNewConstMetric(synced, prometheus.GaugeValue, all)
}
