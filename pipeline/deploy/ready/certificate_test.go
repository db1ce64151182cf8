package ready

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
)

const certificateNotReady = `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {namespace: demo, name: website, uid: c1, generation: 1}
spec: {issuerRef: {name: nobody, kind: ClusterIssuer}}
status: {conditions: [{type: Ready, status: "False", reason: DoesNotExist, message: not yet}]}
`

const readyIssuer = `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: nobody}
spec: {ca: {secretName: issuing}}
status: {conditions: [{type: Ready, status: "True", reason: KeyPairVerified, message: Signing CA verified}]}
`

var websiteCertificate = Object{
	Kind: "Certificate", Namespace: "demo", Name: "website",
	Resource: schema.GroupVersionResource{Group: certManagerGroup, Version: "v1", Resource: "certificates"},
}

// certificateCluster is one that knows cert-manager's kinds.
func certificateCluster(objects ...runtime.Object) Cluster {
	of := func(group, resource string) schema.GroupVersionResource {
		return schema.GroupVersionResource{Group: group, Version: "v1", Resource: resource}
	}
	return Cluster{Client: fake.NewClientset(), Dynamic: dynamicfake.NewSimpleDynamicClientWithCustomListKinds(
		runtime.NewScheme(), map[schema.GroupVersionResource]string{
			of(certManagerGroup, "certificates"): "CertificateList", of(certManagerGroup, "certificaterequests"): "CertificateRequestList",
			of(certManagerGroup, "clusterissuers"): "ClusterIssuerList", of("", "secrets"): "SecretList",
		}, objects...)}
}

// A Certificate that is not ready is explained by those that it has made.
func TestWaitSaysWhyACertificateIsNotReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := wait(t, certificateCluster(object(t, certificateNotReady)), []Object{websiteCertificate}, Options{})
		require.ErrorContains(t, err, "\n  Certificate demo/website: Ready is False: DoesNotExist: not yet\n  clusterissuer nobody: does not exist\n  why: nobody is there to sign")
	})
}

// cert-manager may be in any namespace.
func TestTheKeyIsLookedForWhereCertManagerIs(t *testing.T) {
	for namespace, missing := range map[string]string{"": "cert-manager/issuing", "pki": "pki/issuing"} {
		t.Run(missing, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := certificateCluster(object(t, certificateNotReady), object(t, readyIssuer))
				c.CertManager = namespace
				err := wait(t, c, []Object{websiteCertificate}, Options{})
				require.ErrorContains(t, err, "\n  secret "+missing+": secret not found\n  why: the issuer has no key")
			})
		})
	}
}

// One that has only just been made says nothing, which is not that all is well.
func TestACertificateThatSaysNothingIsNotReady(t *testing.T) {
	u := object(t, certificateNotReady)
	require.False(t, unseen(u))
	u.Object["status"] = map[string]any{"conditions": []any{map[string]any{"type": "Issuing", "status": "True"}}}
	require.True(t, unseen(u))
	delete(u.Object, "status")
	require.True(t, unseen(u))
	u.SetKind("Issuer")
	require.False(t, unseen(u), "others may have nothing to say")
}

const webhook = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: certs, annotations: {cert-manager.io/inject-ca-from-secret: a/b}}
webhooks: [{name: a.b.c, clientConfig: {service: {name: a, namespace: b}}}]
`

func TestAWebhookIsReadyWhenItsAuthorityIsKnown(t *testing.T) {
	u := object(t, webhook)
	require.True(t, awaitsAuthority(u))
	u.Object["webhooks"].([]any)[0].(map[string]any)["clientConfig"].(map[string]any)["caBundle"] = "eA=="
	require.False(t, awaitsAuthority(u))

	u = object(t, webhook)
	u.SetAnnotations(nil)
	require.False(t, awaitsAuthority(u), "nobody will write one")
}
