package smoketests

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery/fake"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes"
	clientset "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/drill"
	"firedrill/pipeline/drill/fault"
)

const appLabel = "app.kubernetes.io/name"

// A healthy cluster has nothing of what drills create for themselves, and the
// dry run has no error for any of them.
func TestDryRunOnAHealthyCluster(t *testing.T) {
	for _, folder := range []string{".", "ha"} {
		drills, err := drill.Load(folder)
		require.NoError(t, err)
		o := drill.Options{Servers: drill.Servers{Cluster: healthy(t)}}
		touched, left, err := drill.Touches(t.Context(), o, drills)
		require.NoError(t, err)
		require.Empty(t, left)
		for _, d := range drills {
			require.Len(t, of(touched, d.Name), 1+len(d.Setup)+len(d.Faults)+len(d.During), "%s: its record and its faults", d.Name)
		}
	}
}

// What a drill breaks of its own creation is in the namespace of that, so the
// drill can be held there.
func TestDryRunWithinANamespace(t *testing.T) {
	drills, err := drill.Load(".")
	require.NoError(t, err)
	for namespace, want := range map[string][]fault.Object{
		"drill-website-slow":            {{Kind: "Pod", Namespace: "drill-website-slow", Name: appLabel + "=website", Change: `{"latency":"2s"}, once the drill has created it`}},
		"drill-website-api-down":        {{Kind: "Deployment", Namespace: "drill-website-api-down", Name: "api", Change: "replicas -> 0, once the drill has created it"}},
		"drill-secret-deleted":          {{Kind: "secrets", Namespace: "drill-secret-deleted", Name: "credentials", Change: "deleted, once the drill has created it"}},
		"drill-certificate-not-renewed": {{Kind: "issuers.cert-manager.io", Namespace: "drill-certificate-not-renewed", Name: "drill", Change: `patched with {"spec":{"ca":{"secretName":"gone"}}}, once the drill has created it`}},
	} {
		o := drill.Options{Servers: drill.Servers{Cluster: healthy(t)}, Against: &drill.Against{Namespace: namespace}}
		touched, left, err := drill.Touches(t.Context(), o, drills)
		require.NoError(t, err)
		require.Len(t, left, len(drills)-1, "all others change something elsewhere")
		require.Equal(t, want, touched[len(touched)-1].Objects)
	}
}

// A volume is of the whole cluster, so its drill is not held on one of others.
func TestDryRunOfAVolume(t *testing.T) {
	d, err := drill.LoadFile("volume-nearly-full.yaml")
	require.NoError(t, err)
	o := drill.Options{Servers: drill.Servers{Cluster: healthy(t)}, Against: &drill.Against{Namespace: "drill-volume-nearly-full", Named: true}}
	_, _, err = drill.Touches(t.Context(), o, []drill.Drill{d})
	require.EqualError(t, err, "drill volume-nearly-full is refused: its fault (create objects in namespace drill-volume-nearly-full) "+
		"touches PersistentVolume drill-volume-nearly-full, which is not in namespace drill-volume-nearly-full")
}

func of(all []drill.Touched, name string) (some []drill.Touched) {
	for _, t := range all {
		if t.Drill == name {
			some = append(some, t)
		}
	}
	return some
}

// healthy is a cluster with the releases that the drills break, and no more.
func healthy(t *testing.T) fault.Cluster {
	t.Helper()
	objects := []runtime.Object{
		node("control-plane", map[string]string{"node-role.kubernetes.io/control-plane": ""}), node("worker", nil),
		node("reserved", map[string]string{fault.Reserved: "true"}),
	}
	for _, app := range []string{"prometheus", "alertmanager", "grafana", "loki", "otel-collector"} {
		objects = append(objects, running("monitoring", app)...)
	}
	for _, app := range []string{"prometheus", "alertmanager"} {
		objects = append(objects, &appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Namespace: "monitoring", Name: app}})
	}
	objects = append(objects, running("demo", "website")...)
	objects = append(objects, running("demo", "api")...)
	typed := clientset.NewClientset(objects...)
	typed.Discovery().(*fake.FakeDiscovery).Resources = []*metav1.APIResourceList{
		{GroupVersion: "v1", APIResources: []metav1.APIResource{
			{Name: "pods", SingularName: "pod", Kind: "Pod", Namespaced: true},
			{Name: "secrets", SingularName: "secret", Kind: "Secret", Namespaced: true},
		}},
		{GroupVersion: "apps/v1", APIResources: []metav1.APIResource{{Name: "statefulsets", SingularName: "statefulset", Kind: "StatefulSet", Namespaced: true}}},
		{GroupVersion: "cert-manager.io/v1", APIResources: []metav1.APIResource{
			{Name: "issuers", SingularName: "issuer", Kind: "Issuer", Namespaced: true},
			{Name: "certificates", SingularName: "certificate", Kind: "Certificate", Namespaced: true},
		}},
	}
	certificate := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": map[string]any{"namespace": "ingress", "name": "inbox"},
	}}
	return fault.Cluster{
		Kubernetes: measured{typed, kubelets(t)}, Dynamic: dynamicfake.NewSimpleDynamicClient(scheme.Scheme, append(objects, certificate)...),
		Engine: machine{},
	}
}

func node(name string, labels map[string]string) *corev1.Node {
	all := corev1.ResourceList{"memory": resource.MustParse("16Gi"), "cpu": resource.MustParse("4")}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Status:     corev1.NodeStatus{Capacity: all, Allocatable: all, NodeInfo: corev1.NodeSystemInfo{BootID: "machine"}},
	}
}

// running are a Deployment of that app and its one pod, whose volume is in memory.
func running(namespace, app string) []runtime.Object {
	labels, size := map[string]string{appLabel: app}, resource.MustParse("512Mi")
	return []runtime.Object{
		&appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: app},
			Spec:       appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}}},
		},
		&corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: app + "-0", Labels: labels},
			Spec: corev1.PodSpec{
				NodeName: "worker",
				Volumes: []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
					EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: &size},
				}}},
			},
			Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}},
		},
	}
}

// machine is the one under all nodes: half of its memory is used.
type machine struct{ fault.Engine }

func (machine) Exec(context.Context, string, ...string) (string, error) {
	return "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n", nil
}

// measured has the paths of kubelets, which a fake clientset lacks.
type measured struct {
	kubernetes.Interface
	kubelets rest.Interface
}

func (m measured) CoreV1() typedcorev1.CoreV1Interface {
	return measuredCore{m.Interface.CoreV1(), m.kubelets}
}

type measuredCore struct {
	typedcorev1.CoreV1Interface
	kubelets rest.Interface
}

func (m measuredCore) RESTClient() rest.Interface { return m.kubelets }

// kubelets all say that they have nothing to do.
func kubelets(t *testing.T) rest.Interface {
	t.Helper()
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"node":{"cpu":{"usageNanoCores":0}}}`))
	}))
	t.Cleanup(listening.Close)
	client, err := kubernetes.NewForConfig(&rest.Config{Host: listening.URL})
	require.NoError(t, err)
	return client.CoreV1().RESTClient()
}
