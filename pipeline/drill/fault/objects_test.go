package fault

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func named1(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "demo", Name: name, UID: "7", ResourceVersion: "5", Labels: map[string]string{"a": "b"}}
}

func TestDeleteAndCreateAgain(t *testing.T) {
	c := cluster(t, &corev1.ConfigMap{ObjectMeta: named1("rules"), Data: map[string]string{"k": "v"}})
	f := parsed(t, `delete: {kind: configmaps, namespace: demo, selector: a=b}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	objects, err := resources(t.Context(), c, "configmaps", "demo")
	require.NoError(t, err)
	_, err = objects.Get(t.Context(), "rules", metav1.GetOptions{})
	require.ErrorContains(t, err, "not found")
	for range 2 {
		require.NoError(t, f.Undo(t.Context(), c, before))
		again, err := objects.Get(t.Context(), "rules", metav1.GetOptions{})
		require.NoError(t, err)
		require.Equal(t, map[string]any{"k": "v"}, again.Object["data"])
		require.Empty(t, again.GetUID(), "the server gives a new one")
	}
}

// What a Secret holds is never in the record of what was before.
func TestDeleteKeepsASecretAsASecret(t *testing.T) {
	c := cluster(t, &corev1.Secret{ObjectMeta: named1("tls"), Data: map[string][]byte{"key": []byte("hidden")}})
	f := parsed(t, `delete: {kind: secrets, namespace: demo, name: tls}`).(*Delete)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NotContains(t, string(before), "data")

	secrets := c.Kubernetes.CoreV1().Secrets("demo")
	require.NoError(t, keepSecret(t.Context(), c, "demo", "tls"))
	require.NoError(t, secrets.Delete(t.Context(), "tls", metav1.DeleteOptions{}))
	require.NoError(t, keepSecret(t.Context(), c, "demo", "tls"), "again, after it was deleted")
	for range 2 {
		require.NoError(t, restoreSecret(t.Context(), c, "demo", "tls"))
	}
	again, err := secrets.Get(t.Context(), "tls", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, "hidden", string(again.Data["key"]))
	require.Equal(t, map[string]string{"a": "b"}, again.Labels)
	_, err = secrets.Get(t.Context(), copyName("tls"), metav1.GetOptions{})
	require.ErrorContains(t, err, "not found")
}

// What an earlier undo could not remove is not what the Secret is now.
func TestDeleteKeepsNoStaleCopy(t *testing.T) {
	c := cluster(t, &corev1.Secret{ObjectMeta: named1("tls"), Data: map[string][]byte{"key": []byte("old")}})
	secrets := c.Kubernetes.CoreV1().Secrets("demo")
	require.NoError(t, keepSecret(t.Context(), c, "demo", "tls"))
	_, err := secrets.Update(t.Context(), &corev1.Secret{ObjectMeta: named1("tls"), Data: map[string][]byte{"key": []byte("new")}}, metav1.UpdateOptions{})
	require.NoError(t, err)

	require.NoError(t, keepSecret(t.Context(), c, "demo", "tls"))
	require.NoError(t, secrets.Delete(t.Context(), "tls", metav1.DeleteOptions{}))
	require.NoError(t, restoreSecret(t.Context(), c, "demo", "tls"))
	again, err := secrets.Get(t.Context(), "tls", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, "new", string(again.Data["key"]))
}

func TestDeleteTakesNobodysSecretForItsCopy(t *testing.T) {
	c := cluster(t, &corev1.Secret{ObjectMeta: named1("tls")}, &corev1.Secret{ObjectMeta: named1(copyName("tls"))})
	err := keepSecret(t.Context(), c, "demo", "tls")
	require.EqualError(t, err, "keep a copy of Secret demo/tls: Secret firedrill-tls is there and no drill's copy; rename it")
}

func TestACopyThatCannotBeReadSaysWhatIsWrong(t *testing.T) {
	c := cluster(t, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Namespace: "demo", Name: copyName("tls"), Annotations: map[string]string{keptLabels: "{}", keptAnnotations: "{"},
	}})
	err := restoreSecret(t.Context(), c, "demo", "tls")
	require.ErrorContains(t, err, "read Secret demo/firedrill-tls: ")
	require.ErrorContains(t, err, "unexpected end of JSON input")
	require.ErrorContains(t, err, "; rename it by hand to tls")
}

func TestDeleteWaitsForTheReplacement(t *testing.T) {
	owner := &appsv1.ReplicaSet{ObjectMeta: named1("web"), Spec: appsv1.ReplicaSetSpec{Replicas: new(int32)}}
	*owner.Spec.Replicas, owner.Status.ReadyReplicas = 2, 1
	pod := readyPod("demo", "web-1", "web")
	yes := true
	pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web", Controller: &yes}}
	c := cluster(t, owner, pod)
	done, now, err := ownerRuns(t.Context(), c, "demo", &pod.OwnerReferences[0])
	require.NoError(t, err)
	require.False(t, done)
	require.Equal(t, "ReplicaSet web has 1 of 2 pods ready", now)
	done, _, err = ownerRuns(t.Context(), c, "demo", &metav1.OwnerReference{Kind: "ReplicaSet", Name: "gone"})
	require.NoError(t, err)
	require.True(t, done, "one that is gone wants none")
}

func TestDeleteOfNothing(t *testing.T) {
	_, err := parsed(t, `delete: {kind: pods, namespace: demo, name: none}`).Prepare(t.Context(), cluster(t))
	require.EqualError(t, err, "delete pods demo/none: there is none, so the fault would change nothing")
	_, err = parsed(t, `delete: {kind: gizmos, namespace: demo, name: none}`).Prepare(t.Context(), cluster(t))
	require.ErrorContains(t, err, `the API server knows no kind "gizmos"`)
}

func TestCreateAndRemove(t *testing.T) {
	c := cluster(t, sized("a", "one"), requesting("p", "a", "300Mi"))
	f := parsed(t, `
create:
  namespace: drill-x
  manifests: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: figures}
    data: {memory: "{{ .FreeMemory }}", cpu: "{{ .FreeCPU }}", half: "{{ div .FreeCPU 2 }}"}
`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	objects, err := resources(t.Context(), c, "configmap", "drill-x")
	require.NoError(t, err)
	made, err := objects.Get(t.Context(), "figures", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"memory": "734003200", "cpu": "2000", "half": "1000"}, made.Object["data"])
	require.Equal(t, map[string]string{drillLabel: "test", "firedrill.run": "r"}, made.GetLabels())
	space, err := c.Kubernetes.CoreV1().Namespaces().Get(t.Context(), "drill-x", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, "test", space.Labels[drillLabel])
	for range 2 {
		require.NoError(t, f.Undo(t.Context(), c, before))
	}
	gone, err := isNew(t.Context(), c, "drill-x")
	require.NoError(t, err)
	require.True(t, gone)
}

// In a namespace that was there before, only what the drill made is removed.
func TestCreateInANamespaceOfOthers(t *testing.T) {
	c := cluster(t, sized("a", "one"), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "demo"}})
	f := parsed(t, `create: {namespace: demo, manifests: "{apiVersion: v1, kind: ConfigMap, metadata: {name: mine}}"}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	require.NoError(t, f.Undo(t.Context(), c, before))
	objects, err := resources(t.Context(), c, "configmaps", "demo")
	require.NoError(t, err)
	_, err = objects.Get(t.Context(), "mine", metav1.GetOptions{})
	require.ErrorContains(t, err, "not found")
	gone, err := isNew(t.Context(), c, "demo")
	require.NoError(t, err)
	require.False(t, gone)
}

func TestCreateRefusesWhatIsOfTheWholeCluster(t *testing.T) {
	c := cluster(t, sized("a", "one"))
	f := parsed(t, `create: {namespace: x, manifests: "{apiVersion: v1, kind: Node, metadata: {name: extra}}"}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.ErrorContains(t, f.Set(t.Context(), c, before), "Node extra: it belongs to no namespace")
}

// A volume is of the whole cluster, and shown so.
func TestCreateTouchesAVolumeOutsideItsNamespace(t *testing.T) {
	c := cluster(t, sized("a", "one"))
	f := parsed(t, `
create:
  namespace: x
  manifests: |
    {apiVersion: v1, kind: PersistentVolume, metadata: {name: x, namespace: x}}
    ---
    {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}}
`)
	touched, err := f.Touches(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, []Object{
		{Kind: "PersistentVolume", Name: "x", Change: "created"},
		{Kind: "PersistentVolumeClaim", Namespace: "x", Name: "data", Change: "created"},
	}, touched)
}

func TestInverse(t *testing.T) {
	now := map[string]any{"spec": map[string]any{"a": "1", "list": []any{"x"}}}
	patch := map[string]any{"spec": map[string]any{"a": "2", "b": "3", "list": nil}, "more": map[string]any{"c": "4"}}
	require.Equal(t, map[string]any{
		"spec": map[string]any{"a": "1", "b": nil, "list": []any{"x"}}, "more": nil,
	}, inverse(patch, now))
}

func TestPatchAndBack(t *testing.T) {
	c := cluster(t, &corev1.ConfigMap{ObjectMeta: named1("rules"), Data: map[string]string{"k": "v"}})
	f := parsed(t, `patch: {kind: configmaps, namespace: demo, name: rules, patch: {data: {k: w, n: "1"}}}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.JSONEq(t, `{"data":{"k":"v","n":null}}`, string(before))
	require.NoError(t, f.Set(t.Context(), c, before))
	_, err = f.Prepare(t.Context(), c)
	require.ErrorContains(t, err, "it is so already")
	for range 2 {
		require.NoError(t, f.Undo(t.Context(), c, before))
	}
	objects, err := resources(t.Context(), c, "configmaps", "demo")
	require.NoError(t, err)
	now, err := objects.Get(t.Context(), "rules", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"k": "v"}, now.Object["data"])
}
