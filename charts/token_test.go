package charts_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
)

// needToken are the pods that talk to the API server, each with the reason.
var needToken = map[string]string{
	"DaemonSet/otel-collector":      "looks up whose logs it reads",
	"Deployment/certificates":       "reads certificates in Secrets",
	"Deployment/external-dns":       "reads Ingresses and Services",
	"Deployment/ingress":            "reads Ingresses and certificates",
	"Deployment/jenkins":            "starts the pods of its jobs",
	"Deployment/kube-state-metrics": "reports on the cluster's objects",
	"StatefulSet/prometheus":        "finds its targets, and asks kubelets and the API server",
}

// mounted are the accounts whose pods get their token by Kubernetes itself, each
// with the reason.
var mounted = map[string]string{
	"jenkins-agent": "its pods are described in Jenkinsfiles, which should not have to",
}

// No pod gets a token by itself; one that needs it asks for one that ends.
func TestTokensAreFewAndEnd(t *testing.T) {
	forEachVariant(t, func(t *testing.T, _ variant, r *release.Release) {
		all := objects(t, r)
		for _, object := range all {
			if account, ok := object.(*corev1.ServiceAccount); ok {
				_, allowed := mounted[account.Name]
				require.NotEqual(t, allowed, isFalse(account.AutomountServiceAccountToken), "ServiceAccount %s", account.Name)
			}
		}
		for name, w := range pods(all) {
			require.True(t, isFalse(w.template.Spec.AutomountServiceAccountToken), name)
			_, needed := needToken[name]
			token := projectedToken(w.template.Spec)
			require.Equal(t, needed, token != nil, "%s: whether it has a token", name)
			if token != nil {
				require.NotNil(t, token.ExpirationSeconds, name)
				require.LessOrEqual(t, *token.ExpirationSeconds, int64(3600), name)
			}
		}
	})
}

func isFalse(b *bool) bool { return b != nil && !*b }

func projectedToken(pod corev1.PodSpec) *corev1.ServiceAccountTokenProjection {
	for _, v := range pod.Volumes {
		if v.Projected == nil {
			continue
		}
		for _, source := range v.Projected.Sources {
			if source.ServiceAccountToken != nil {
				return source.ServiceAccountToken
			}
		}
	}
	return nil
}
