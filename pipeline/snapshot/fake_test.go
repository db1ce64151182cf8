package snapshot

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery/fake"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/yaml"

	"firedrill/pipeline/grafana"
	"firedrill/pipeline/server"
)

// deployment is a cluster with one release in it, made of the files in
// testdata/NAME.
func deployment(t *testing.T, name string) Options {
	t.Helper()
	client := kubefake.NewClientset()
	client.Discovery().(*fake.FakeDiscovery).Resources = served
	client.AddProxyReactor("services", func(action clienttesting.Action) (bool, rest.ResponseWrapper, error) {
		asked, _ := action.(clienttesting.ProxyGetAction)
		file := map[string]string{"prometheus /api/v1/rules": "prometheus.json", "loki /prometheus/api/v1/rules": "loki.json"}
		return true, answer(read(t, name, file[asked.GetName()+" "+asked.GetPath()])), nil
	})
	var pods corev1.PodList
	require.NoError(t, yaml.Unmarshal(read(t, name, "pods.yaml"), &pods))
	for _, pod := range pods.Items {
		require.NoError(t, client.Tracker().Add(&pod))
	}
	helm := driver.NewSecrets(client.CoreV1().Secrets("monitoring"))
	require.NoError(t, helm.Create("sh.helm.release.v1.web.v1", &release.Release{
		Name: "web", Namespace: "monitoring", Version: 1, Manifest: string(read(t, name, "manifest.yaml")), Chart: &chart.Chart{},
		Hooks: []*release.Hook{{Manifest: "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\n"}},
		Info:  &release.Info{Status: release.StatusDeployed},
	}))
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "admin" || password != "grafana-password" || r.URL.Path != "/api/ruler/grafana/api/v1/rules" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write(read(t, name, "grafana.json"))
	}))
	t.Cleanup(site.Close)
	return Options{
		Releases: []Release{{"web", "monitoring"}}, Kubernetes: client, Dynamic: objects(t, name),
		Rulers: []Ruler{
			{Name: "prometheus", Endpoint: server.Endpoint{Namespace: "monitoring", Service: "prometheus", Port: 9090}, Path: "/api/v1/rules"},
			{Name: "loki", Endpoint: server.Endpoint{Namespace: "monitoring", Service: "loki", Port: 3100}, Path: "/prometheus/api/v1/rules"},
		},
		Grafana: &grafana.Server{URL: site.URL, User: "admin", Password: "grafana-password"},
		Policy:  []Exclusion{{Object: "monitoring/Secret/web", Field: "data.generated", Reason: "random per install"}},
		Salt:    []byte("salt of the test"),
	}
}

func objects(t *testing.T, name string) *dynamicfake.FakeDynamicClient {
	t.Helper()
	kinds := map[schema.GroupVersionResource]string{}
	for _, list := range served {
		group, err := schema.ParseGroupVersion(list.GroupVersion)
		require.NoError(t, err)
		for _, r := range list.APIResources {
			kinds[group.WithResource(r.Name)] = r.Kind + "List"
		}
	}
	client := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds)
	for _, text := range strings.Split(string(read(t, name, "objects.yaml")), "\n---\n") {
		object := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(text), &object.Object))
		require.NoError(t, client.Tracker().Add(object))
	}
	return client
}

// served is what the API server of the tests serves.
var served = []*metav1.APIResourceList{
	{GroupVersion: "v1", APIResources: []metav1.APIResource{
		kindOf("configmaps", "ConfigMap", true), kindOf("events", "Event", true), kindOf("namespaces", "Namespace", false),
		kindOf("pods", "Pod", true), kindOf("secrets", "Secret", true), kindOf("services", "Service", true),
		{Name: "pods/log", Kind: "Pod", Namespaced: true, Verbs: []string{"get"}},
	}},
	{GroupVersion: "apps/v1", APIResources: []metav1.APIResource{kindOf("deployments", "Deployment", true)}},
	{GroupVersion: "rbac.authorization.k8s.io/v1", APIResources: []metav1.APIResource{kindOf("clusterroles", "ClusterRole", false)}},
}

func kindOf(name, kind string, namespaced bool) metav1.APIResource {
	return metav1.APIResource{Name: name, Kind: kind, Namespaced: namespaced, Verbs: []string{"get", "list"}}
}

func read(t *testing.T, name, file string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + "/" + file)
	require.NoError(t, err)
	return text
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
