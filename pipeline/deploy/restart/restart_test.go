package restart_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	clienttesting "k8s.io/client-go/testing"

	"firedrill/pipeline/deploy"
	"firedrill/pipeline/deploy/ready"
	"firedrill/pipeline/deploy/restart"
	"firedrill/pipeline/event"
)

// pods of a release, as its chart describes them and its controller tells of them.
type pods struct {
	kind, namespace, name string
	release               string // namespace of the release monitoring that it is of; empty for none
	reads                 string
}

func (p pods) object(t *testing.T) *unstructured.Unstructured {
	t.Helper()
	helm := "{}"
	if p.release != "" {
		helm = fmt.Sprintf("{meta.helm.sh/release-namespace: %s, meta.helm.sh/release-name: monitoring}", p.release)
	}
	u := &unstructured.Unstructured{}
	json, err := yaml.ToJSON(fmt.Appendf(nil, `
apiVersion: apps/v1
kind: %s
metadata: {namespace: %s, name: %s, generation: 1, annotations: %s}
spec: {replicas: 1, template: {metadata: {annotations: {firedrill.io/reads-at-start: %q}}}}
status: {observedGeneration: 1, replicas: 1, currentReplicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1,
  desiredNumberScheduled: 1, currentNumberScheduled: 1, updatedNumberScheduled: 1, numberReady: 1, numberAvailable: 1,
  conditions: [{type: Available, status: "True"}]}
`, p.kind, p.namespace, p.name, helm, p.reads))
	require.NoError(t, err)
	require.NoError(t, u.UnmarshalJSON(json))
	return u
}

// cluster hears of a change of a pod template after a second, and has the new pods
// ready after ten, unless they are broken.
type cluster struct {
	t         *testing.T
	client    *dynamicfake.FakeDynamicClient
	broken    bool
	begin     time.Time
	restarted []string // when, and which
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	var all []runtime.Object
	for _, p := range []pods{
		{"Deployment", "monitoring", "grafana", "monitoring", "trust,certificate"},
		{"DaemonSet", "monitoring", "otel-collector", "monitoring", "certificate, trust"},
		{"StatefulSet", "monitoring", "loki", "monitoring", "trust"},
		{"StatefulSet", "monitoring", "prometheus", "monitoring", ""},
		{"Deployment", "monitoring", "acme", "monitoring", "certificate"},
		{"Deployment", "monitoring", "by-hand", "", "trust"},
		{"Deployment", "elsewhere", "grafana", "elsewhere", "trust,certificate"},
	} {
		all = append(all, p.object(t))
	}
	c := &cluster{t: t, client: dynamicfake.NewSimpleDynamicClient(scheme.Scheme, all...), begin: time.Now()}
	c.client.PrependReactor("patch", "*", c.patched)
	return c
}

// patched lets the patch itself to the fake.
func (c *cluster) patched(a clienttesting.Action) (bool, runtime.Object, error) {
	name := a.(clienttesting.PatchAction).GetName()
	at := time.Since(c.begin).Truncate(time.Second)
	c.restarted = append(c.restarted, fmt.Sprintf("%s %s/%s", at, a.GetNamespace(), name))
	change := func(do func(status map[string]any, u *unstructured.Unstructured)) {
		o, err := c.client.Tracker().Get(a.GetResource(), a.GetNamespace(), name)
		if err == nil {
			u := o.(*unstructured.Unstructured)
			do(u.Object["status"].(map[string]any), u)
			err = c.client.Tracker().Update(a.GetResource(), u, a.GetNamespace())
		}
		if err != nil {
			c.t.Error(err)
		}
	}
	change(func(_ map[string]any, u *unstructured.Unstructured) { u.SetGeneration(u.GetGeneration() + 1) })
	running := func(n int64) func(map[string]any, *unstructured.Unstructured) {
		return func(status map[string]any, u *unstructured.Unstructured) {
			status["observedGeneration"] = u.GetGeneration()
			for _, field := range []string{"readyReplicas", "availableReplicas", "numberReady", "numberAvailable"} {
				status[field] = n
			}
		}
	}
	time.AfterFunc(time.Second, func() { change(running(0)) })
	if !c.broken {
		time.AfterFunc(10*time.Second, func() { change(running(1)) })
	}
	return false, nil, nil
}

// restart has those of release monitoring started anew.
func (c *cluster) restart(what string) error {
	o := restart.Options{
		Cluster:  ready.Cluster{Dynamic: c.client, Client: fake.NewClientset()},
		Releases: []deploy.Release{{Name: "monitoring", Namespace: "monitoring"}, {Name: "grafana", Namespace: "elsewhere"}},
		Within:   time.Minute,
	}
	return o.Readers(c.t.Context(), event.Sink(nil).Start(what), what)
}

func TestThoseOfTheReleasesAreRestartedOneAfterAnother(t *testing.T) {
	for what, want := range map[string][]string{
		"trust":       {"0s monitoring/loki", "10s monitoring/grafana", "20s monitoring/otel-collector"},
		"certificate": {"0s monitoring/acme", "10s monitoring/grafana", "20s monitoring/otel-collector"},
		"colours":     nil,
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCluster(t)
				require.NoError(t, c.restart(what))
				require.Equal(t, want, c.restarted)
				require.Equal(t, time.Duration(len(want))*10*time.Second, time.Since(c.begin), "the last one is waited for too")
			})
		})
	}
}

func TestARestartChangesThePodTemplateEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		when := func() time.Time {
			o, err := c.client.Tracker().Get(schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "statefulsets"}, "monitoring", "loki")
			require.NoError(t, err)
			said, _, err := unstructured.NestedStringMap(o.(*unstructured.Unstructured).Object, "spec", "template", "metadata", "annotations")
			require.NoError(t, err)
			require.Equal(t, "trust", said[restart.ReadsAtStart], "what the chart has written stays")
			at, err := time.Parse(time.RFC3339, said["kubectl.kubernetes.io/restartedAt"])
			require.NoError(t, err)
			return at
		}
		require.NoError(t, c.restart("trust"))
		first := when()
		require.NoError(t, c.restart("trust"))
		require.Greater(t, when(), first)
	})
}

func TestTheNextIsLeftAloneWhileOneDoesNotComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCluster(t)
		c.broken = true
		require.ErrorContains(t, c.restart("trust"), "restart StatefulSet monitoring/loki, whose annotation firedrill.io/reads-at-start names trust: "+
			"0 of 1 objects are ready: not all were ready again within 1m0s\nStatefulSet monitoring/loki: Ready: 0/1")
		require.Equal(t, []string{"0s monitoring/loki"}, c.restarted)
	})
}
