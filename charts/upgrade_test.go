package charts_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/scheme"
)

// cluster is one that has objects already, as an upgrade meets it.
type cluster struct{ dynamic.Interface }

func (c cluster) GetClientFor(_, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	resources := map[string]string{"ConfigMap": "configmaps", "Secret": "secrets"}
	return c.Resource(schema.GroupVersionResource{Version: "v1", Resource: resources[kind]}), true, nil
}

// upgrade renders one template of the chart monitoring in a cluster that has
// these objects.
func upgrade[T metav1.Object](t *testing.T, template string, existing ...runtime.Object) T {
	t.Helper()
	return upgradeOf[T](t, "monitoring", template, existing...)
}

// upgradeOf is upgrade for any chart, in a namespace of its name.
func upgradeOf[T metav1.Object](t *testing.T, folder, template string, existing ...runtime.Object) T {
	t.Helper()
	chart, err := loader.LoadDir(folder)
	require.NoError(t, err)
	options := chartutil.ReleaseOptions{Name: folder, Namespace: folder, IsUpgrade: true}
	values, err := chartutil.ToRenderValues(chart, nil, options, chartutil.DefaultCapabilities)
	require.NoError(t, err)
	texts, err := engine.RenderWithClientProvider(chart, values, cluster{fake.NewSimpleDynamicClient(scheme.Scheme, existing...)})
	require.NoError(t, err)
	object, err := decode(texts[folder+"/templates/"+template])
	require.NoError(t, err)
	return object.(T)
}

func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: "monitoring"}
}

func TestThePasswordIsMadeUpOnceAndKept(t *testing.T) {
	first, second := upgrade[*corev1.Secret](t, "grafana/admin.yaml"), upgrade[*corev1.Secret](t, "grafana/admin.yaml")
	require.Len(t, first.Data["admin-password"], 32)
	require.NotEqual(t, first.Data["admin-password"], second.Data["admin-password"], "the same for everybody")

	kept := &corev1.Secret{ObjectMeta: named("grafana"), Data: map[string][]byte{"admin-user": []byte("me"), "admin-password": []byte("mine")}}
	again := upgrade[*corev1.Secret](t, "grafana/admin.yaml", kept)
	require.Equal(t, kept.Data, again.Data, base64.StdEncoding.EncodeToString(again.Data["admin-password"]))
}

// Grafana keeps what it was once given: who takes a rule out of a file wants it
// gone all the same, also after the upgrade after that.
func TestRulesThatAreGoneAreDeleted(t *testing.T) {
	now := upgrade[*corev1.ConfigMap](t, "grafana/rules.yaml").Data["rules.yaml"]
	kept := parseGrafana(t, now)
	require.Empty(t, kept.DeleteRules)
	old := "groups: [{rules: [{uid: gone}, {uid: " + kept.Groups[0].Rules[0].UID + "}]}]\ndeleteRules: [{uid: before}]"
	earlier := &corev1.ConfigMap{ObjectMeta: named("grafana-rules"), Data: map[string]string{"rules.yaml": old}}
	text := upgrade[*corev1.ConfigMap](t, "grafana/rules.yaml", earlier).Data["rules.yaml"]
	require.Equal(t, []struct{ UID string }{{"before"}, {"gone"}}, parseGrafana(t, text).DeleteRules)

	earlier.Data["rules.yaml"] = text
	require.Equal(t, text, upgrade[*corev1.ConfigMap](t, "grafana/rules.yaml", earlier).Data["rules.yaml"], "every upgrade would be a change")
}
