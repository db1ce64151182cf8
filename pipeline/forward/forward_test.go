package forward

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
)

var grafana = map[string]string{"app.kubernetes.io/name": "grafana"}

func service(target intstr.IntOrString) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "monitoring", Name: "grafana"},
		Spec:       corev1.ServiceSpec{Selector: grafana, Ports: []corev1.ServicePort{{Port: 80, TargetPort: target}}},
	}
}

func pod(name string, ready corev1.ConditionStatus) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "monitoring", Name: name, Labels: grafana},
		Spec: corev1.PodSpec{Containers: []corev1.Container{
			{Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 3000}}},
		}},
		Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: ready}}},
	}
}

func TestFindPicksAReadyPodAndItsPort(t *testing.T) {
	for name, c := range map[string]struct {
		target intstr.IntOrString
		want   int
	}{
		"named":    {intstr.FromString("http"), 3000},
		"number":   {intstr.FromInt32(8080), 8080},
		"left out": {intstr.IntOrString{}, 80},
	} {
		t.Run(name, func(t *testing.T) {
			client := fake.NewClientset(service(c.target), pod("a", corev1.ConditionFalse), pod("b", corev1.ConditionTrue))
			found, port, err := find(t.Context(), client, Target{"monitoring", "grafana", 80})
			require.NoError(t, err)
			require.Equal(t, "b", found.Name)
			require.Equal(t, c.want, port)
		})
	}
}

func TestFindSaysWhatIsMissing(t *testing.T) {
	unready := fake.NewClientset(service(intstr.FromInt32(3000)), pod("a", corev1.ConditionFalse))
	_, _, err := find(t.Context(), unready, Target{"monitoring", "grafana", 80})
	require.EqualError(t, err, "none of the 1 pods of Service monitoring/grafana:80 is ready")

	_, _, err = find(t.Context(), unready, Target{"monitoring", "loki", 80})
	require.ErrorContains(t, err, `look for Service monitoring/loki: services "loki" not found`)

	wrong := fake.NewClientset(service(intstr.FromString("web")), pod("a", corev1.ConditionTrue))
	_, _, err = find(t.Context(), wrong, Target{"monitoring", "grafana", 80})
	require.ErrorContains(t, err, `no port named "web"`)
	_, _, err = find(t.Context(), wrong, Target{"monitoring", "grafana", 81})
	require.ErrorContains(t, err, "has no port 81")
}

// TestADeafAPIServerIsNotWaitedFor, neither for an answer nor for a tunnel.
func TestADeafAPIServerIsNotWaitedFor(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = deaf.Close() })
	c, err := newConnector(&rest.Config{Host: "http://" + deaf.Addr().String()}, Target{"monitoring", "grafana", 80})
	require.NoError(t, err)
	c.within = 50 * time.Millisecond
	_, _, err = c.open(t.Context())
	require.ErrorContains(t, err, "look for Service monitoring/grafana: ")
	require.ErrorContains(t, err, "no connection within 50ms")

	c.client = known{c.client, fake.NewClientset(service(intstr.FromString("http")), pod("a", corev1.ConditionTrue))}
	_, _, err = c.open(t.Context())
	require.EqualError(t, err, "forward to Service monitoring/grafana:80: no connection within 50ms")
}

// known is an API server that has told of its pods before it fell silent.
type known struct {
	kubernetes.Interface
	told kubernetes.Interface
}

func (k known) CoreV1() corev1client.CoreV1Interface {
	return core{k.told.CoreV1(), k.Interface.CoreV1().RESTClient()}
}

type core struct {
	corev1client.CoreV1Interface
	silent rest.Interface
}

func (c core) RESTClient() rest.Interface { return c.silent }

func TestOpenWithoutAnAPIServer(t *testing.T) {
	_, err := Open(t.Context(), &rest.Config{Host: "http://127.0.0.1:1"}, Target{"monitoring", "grafana", 80})
	require.ErrorContains(t, err, "look for Service monitoring/grafana: ")
}

func TestAForwardMayBeClosedTwice(t *testing.T) {
	broken := errors.New("lost connection to pod")
	f := &Forward{stop: make(chan struct{}), done: make(chan error, 1)}
	f.done <- broken
	require.ErrorIs(t, f.Close(), broken)
	require.ErrorIs(t, f.Close(), broken)
}
