package ready

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"firedrill/pipeline/certificates/explain"
)

// certManagerGroup is that of cert-manager's kinds.
const certManagerGroup = "cert-manager.io"

// because is what other objects say of the cause; of most kinds none do.
func (c Cluster) because(ctx context.Context, s state) []string {
	if s.Kind != "Certificate" || s.Resource.Group != certManagerGroup {
		return nil
	}
	return explain.Certificate(ctx, explain.Options{
		Client: c.Dynamic, Namespace: s.Namespace, Name: s.Name, Resources: cmp.Or(c.CertManager, "cert-manager"), Now: time.Now(),
	}).Lines()
}

// unseen tells whether cert-manager has not yet said of a Certificate whether it is
// ready: another of its controllers may say before that it is being issued. kstatus
// takes what has no condition Ready for ready.
func unseen(u *unstructured.Unstructured) bool {
	if u.GetKind() != "Certificate" || u.GroupVersionKind().Group != certManagerGroup {
		return false
	}
	conditions, _, _ := unstructured.NestedSlice(u.Object, "status", "conditions")
	return !slices.ContainsFunc(conditions, func(c any) bool {
		condition, _ := c.(map[string]any)
		return condition["type"] == "Ready"
	})
}

// awaitsAuthority tells whether cert-manager's cainjector has still to write into
// the webhooks by which authority they are known. Whoever calls one before is
// refused. kstatus knows nothing of that.
func awaitsAuthority(u *unstructured.Unstructured) bool {
	if !strings.HasSuffix(u.GetKind(), "WebhookConfiguration") || !injected(u) {
		return false
	}
	webhooks, _, _ := unstructured.NestedSlice(u.Object, "webhooks")
	for _, w := range webhooks {
		webhook, _ := w.(map[string]any)
		if ca, _, _ := unstructured.NestedString(webhook, "clientConfig", "caBundle"); ca == "" {
			return true
		}
	}
	return false
}

func injected(u *unstructured.Unstructured) bool {
	for key := range u.GetAnnotations() {
		if strings.HasPrefix(key, "cert-manager.io/inject-") {
			return true
		}
	}
	return false
}
