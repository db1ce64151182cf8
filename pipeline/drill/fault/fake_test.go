package fault

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery/fake"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes"
	clientset "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// cluster is one with fake servers that hold these objects.
func cluster(t *testing.T, objects ...runtime.Object) Cluster {
	t.Helper()
	typed := clientset.NewClientset(objects...)
	typed.Discovery().(*fake.FakeDiscovery).Resources = []*metav1.APIResourceList{
		{GroupVersion: "v1", APIResources: []metav1.APIResource{
			{Name: "pods", SingularName: "pod", Kind: "Pod", Namespaced: true},
			{Name: "secrets", SingularName: "secret", Kind: "Secret", Namespaced: true},
			{Name: "configmaps", SingularName: "configmap", Kind: "ConfigMap", Namespaced: true},
			{Name: "nodes", SingularName: "node", Kind: "Node"},
		}},
		{GroupVersion: "apps/v1", APIResources: []metav1.APIResource{
			{Name: "deployments", SingularName: "deployment", Kind: "Deployment", Namespaced: true},
			{Name: "replicasets", SingularName: "replicaset", Kind: "ReplicaSet", Namespaced: true},
		}},
	}
	return Cluster{Kubernetes: typed, Dynamic: dynamicfake.NewSimpleDynamicClient(scheme.Scheme, objects...), Drill: "test", Labels: map[string]string{"firedrill.run": "r"}}
}

// engine writes down what it is asked, and answers from answers by the first
// word of the command.
type engine struct {
	asked   []string
	answers map[string]string
	err     error
	then    func(command string) // what a command brings about
}

func (e *engine) Exec(_ context.Context, node string, argv ...string) (string, error) {
	command := node + ": " + strings.Join(argv, " ")
	e.asked = append(e.asked, command)
	if e.then != nil {
		e.then(command)
	}
	return e.answers[argv[0]], e.err
}

func (e *engine) Pause(_ context.Context, node string) error {
	e.asked = append(e.asked, "pause "+node)
	err := e.err
	if e.then != nil {
		e.then("pause")
	}
	return err
}

func (e *engine) Unpause(_ context.Context, node string) error {
	e.asked = append(e.asked, "unpause "+node)
	if e.then != nil {
		e.then("unpause")
	}
	return e.err
}

// server answers the paths of an API server that fake clientsets do not.
func server(t *testing.T, handler http.HandlerFunc) (kubernetes.Interface, *rest.Config) {
	t.Helper()
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	config := &rest.Config{Host: listening.URL}
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return client, config
}

func reservedWorker(conditions ...corev1.NodeCondition) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "worker", Labels: map[string]string{Reserved: "true"}},
		Spec:       corev1.NodeSpec{Taints: []corev1.Taint{{Key: Reserved, Effect: corev1.TaintEffectNoSchedule}}},
		Status:     corev1.NodeStatus{Conditions: conditions},
	}
}

func readyPod(namespace, name, app string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{appLabel: app}, UID: "1"},
		Spec:       corev1.PodSpec{NodeName: "worker", Containers: []corev1.Container{{Name: app}}},
		Status: corev1.PodStatus{
			PodIP:      "10.0.0." + fmt.Sprint(len(name)),
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
}

// Kinds that reach nodes say what they miss where there is no engine.
func TestEngineIsMissing(t *testing.T) {
	c := cluster(t, reservedWorker())
	for _, f := range []Fault{
		&Pause{Node: "reserved"}, &Halt{Component: "kube-scheduler"}, &Cut{Namespace: "demo", App: "api"},
		&Pressure{Node: "reserved", Resource: "disk"},
	} {
		_, err := f.Prepare(t.Context(), c)
		require.ErrorContains(t, err, f.String()+": this needs the container engine", f)
		_, err = f.Touches(t.Context(), c)
		require.ErrorContains(t, err, "this needs the container engine", f)
	}
}

func TestNoReservedNode(t *testing.T) {
	c := cluster(t)
	c.Engine = &engine{}
	_, err := (&Pause{Node: "reserved"}).Prepare(t.Context(), c)
	require.ErrorContains(t, err, "no node has the label firedrill.io/reserved: write `reserved: 1`")
}
