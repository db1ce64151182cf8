package fault

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What is absent may be what the drill creates first, but only there.
func TestComing(t *testing.T) {
	made := parsed(t, `create: {namespace: x, manifests: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"}`)
	for text, want := range map[string]Object{
		`stop: {namespace: x, app: api}`:                                      {"Pod", "x", "app.kubernetes.io/name=api", "stopped, once the drill has created it"},
		`scale: {namespace: x, statefulset: api, replicas: 0}`:                {"StatefulSet", "x", "api", "replicas -> 0, once the drill has created it"},
		`delete: {kind: pods, namespace: x, selector: a=b}`:                   {"pods", "x", "a=b", "deleted, once the drill has created it"},
		`exec: {namespace: x, app: api, command: [/bin/true]}`:                {"Pod", "x", "app.kubernetes.io/name=api", "runs /bin/true, once the drill has created it"},
		`fill: {namespace: x, claim: data, to: 95%}`:                          {"PersistentVolumeClaim", "x", "data", "filled to 95%, once the drill has created it"},
		`fill: {namespace: x, pod: a, volume: v, to: 95%}`:                    {"Pod", "x", "a", "its volume v is filled to 95% by a container that is added, once the drill has created it"},
		`cut: {namespace: x, app: api}`:                                       {"Pod", "x", "app.kubernetes.io/name=api", "its traffic is dropped on its node, once the drill has created it"},
		`patch: {kind: configmaps, namespace: x, name: a, patch: {data: {}}}`: {"configmaps", "x", "a", `patched with {"data":{}}, once the drill has created it`},
		`behave: {namespace: x, app: api, set: {errors: 1}}`:                  {"Pod", "x", "app.kubernetes.io/name=api", `{"errors":1}, once the drill has created it`},
	} {
		c := cluster(t, sized("a", "one"))
		c.Engine = &engine{}
		var coming Coming
		_, err := coming.Touches(t.Context(), c, parsed(t, text))
		require.Error(t, err, "nothing creates it: %s", text)
		_, err = coming.Touches(t.Context(), c, made)
		require.NoError(t, err)
		objects, err := coming.Touches(t.Context(), c, parsed(t, text))
		require.NoError(t, err, text)
		require.Equal(t, []Object{want}, objects)
	}
}

// A namespace that has to be created is one more thing in the cluster, once.
func TestComingNamesTheNamespaceThatIsCreated(t *testing.T) {
	created := Object{Kind: "Namespace", Name: "x", Change: "created, and removed in the end with all that is in it"}
	for _, text := range []string{
		`create: {namespace: x, manifests: "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"}`, `hog: {namespace: x, memory: 70Mi}`,
	} {
		c := cluster(t, sized("a", "one"))
		var coming Coming
		objects, err := coming.Touches(t.Context(), c, parsed(t, text))
		require.NoError(t, err)
		require.Len(t, objects, 2)
		require.Equal(t, created, objects[0])
		objects, err = coming.Touches(t.Context(), c, parsed(t, text))
		require.NoError(t, err)
		require.NotContains(t, objects, created, "the first one has created it")

		c = cluster(t, sized("a", "one"), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "x"}})
		objects, err = new(Coming).Touches(t.Context(), c, parsed(t, text))
		require.NoError(t, err)
		require.NotContains(t, objects, created)
	}
}

// All else that speaks against a fault is told as ever.
func TestComingHidesNoOtherError(t *testing.T) {
	ill := readyPod("x", "api-0", "api")
	ill.Status.Conditions = []corev1.PodCondition{}
	c := cluster(t, sized("a", "one"), ill)
	coming := Coming{namespaces: []string{"x"}}
	_, err := coming.Touches(t.Context(), c, parsed(t, `behave: {namespace: x, app: api, set: {errors: 1}}`))
	require.ErrorContains(t, err, "1 pods in namespace x have the label app.kubernetes.io/name=api, and none of them is ready")
	_, err = coming.Touches(t.Context(), c, parsed(t, `delete: {kind: gizmos, namespace: x, name: a}`))
	require.ErrorContains(t, err, `the API server knows no kind "gizmos"`)
	_, err = coming.Touches(t.Context(), c, parsed(t, `cut: {namespace: x, app: other}`))
	require.ErrorContains(t, err, "this needs the container engine")
	_, err = coming.Touches(t.Context(), c, parsed(t, `scale: {namespace: y, deployment: api, replicas: 0}`))
	require.ErrorContains(t, err, "not found")
}

// What a description changes is known without a look at the cluster.
func TestWithin(t *testing.T) {
	for text, want := range map[string]bool{
		`stop: {namespace: x, app: api}`:         true,
		`stop: {namespace: y, app: api}`:         false,
		`hog: {namespace: x, memory: 70Mi}`:      true,
		`hog: {namespace: y, memory: 70Mi}`:      false,
		`pause: {node: reserved}`:                false,
		`fill: {namespace: x, claim: c, to: 9%}`: true,
	} {
		require.Equal(t, want, Within(parsed(t, text), "x"), text)
	}
}
