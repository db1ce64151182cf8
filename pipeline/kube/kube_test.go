package kube_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/kube"
)

func service(name string, selector map[string]string) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name}, Spec: corev1.ServiceSpec{Selector: selector},
	}
}

func pod(namespace, name, app string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"app": app}}}
}

func TestBehind(t *testing.T) {
	client := fake.NewClientset(service("website", map[string]string{"app": "website"}), service("outside", nil),
		pod("demo", "website-1", "website"), pod("demo", "website-2", "website"), pod("demo", "api-1", "api"), pod("other", "website-1", "website"))
	found, pods, err := kube.Behind(t.Context(), client, "demo", "website")
	require.NoError(t, err)
	require.Equal(t, "website", found.Name)
	var names []string
	for _, p := range pods {
		names = append(names, p.Namespace+"/"+p.Name)
	}
	require.ElementsMatch(t, []string{"demo/website-1", "demo/website-2"}, names)

	_, _, err = kube.Behind(t.Context(), client, "demo", "gone")
	require.ErrorContains(t, err, "look for Service demo/gone: ")
	_, _, err = kube.Behind(t.Context(), client, "demo", "outside")
	require.EqualError(t, err, "no pods are behind Service demo/outside: it has no selector")
}

func TestClient(t *testing.T) {
	_, err := kube.Client(&rest.Config{Host: "https://127.0.0.1:6443"})
	require.NoError(t, err)
	_, err = kube.Client(&rest.Config{Host: "https://127.0.0.1:6443", TLSClientConfig: rest.TLSClientConfig{CAData: []byte("no certificate")}})
	require.ErrorContains(t, err, `client of the API server "https://127.0.0.1:6443": `)
}
