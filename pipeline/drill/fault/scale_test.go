package fault

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
)

func website(replicas, available int32) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "website"},
		Spec:       appsv1.DeploymentSpec{Replicas: &replicas},
		Status:     appsv1.DeploymentStatus{AvailableReplicas: available},
	}
}

func toZero() *Scale {
	none := int32(0)
	return &Scale{Namespace: "demo", Deployment: "website", Replicas: &none}
}

func wanted(t *testing.T, c kubernetes.Interface) int32 {
	t.Helper()
	d, err := c.AppsV1().Deployments("demo").Get(t.Context(), "website", metav1.GetOptions{})
	require.NoError(t, err)
	return *d.Spec.Replicas
}

// mistakes is what a fault's Check reports.
func mistakes(f Fault) map[string]string {
	found := map[string]string{}
	f.Check(func(at, format string, _ ...any) { found[at] = format })
	return found
}

func TestScaleAndBack(t *testing.T) {
	client := fake.NewClientset(website(2, 2))
	c := Cluster{Kubernetes: client}
	touched, err := toZero().Touches(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, []Object{{Kind: "Deployment", Namespace: "demo", Name: "website", Change: "replicas 2 -> 0"}}, touched)
	before, err := toZero().Prepare(t.Context(), c)
	require.NoError(t, err)
	require.EqualValues(t, 2, wanted(t, client), "nothing is changed yet")

	require.NoError(t, toZero().Set(t.Context(), c, before))
	require.EqualValues(t, 0, wanted(t, client))
	for range 2 { // it may be done again
		require.NoError(t, toZero().Undo(t.Context(), c, before))
		require.EqualValues(t, 2, wanted(t, client))
	}
}

func TestScaleStatefulSet(t *testing.T) {
	two, none := int32(2), int32(0)
	client := fake.NewClientset(&appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "store"},
		Spec:       appsv1.StatefulSetSpec{Replicas: &two},
		Status:     appsv1.StatefulSetStatus{AvailableReplicas: 2},
	})
	f, c := &Scale{Namespace: "demo", StatefulSet: "store", Replicas: &none}, Cluster{Kubernetes: client}
	require.Equal(t, "scale StatefulSet demo/store to 0", f.String())
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	require.NoError(t, f.Undo(t.Context(), c, before))
	s, err := client.AppsV1().StatefulSets("demo").Get(t.Context(), "store", metav1.GetOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 2, *s.Spec.Replicas)
}

func TestScaleRefusesToChangeNothing(t *testing.T) {
	_, err := toZero().Prepare(t.Context(), Cluster{Kubernetes: fake.NewClientset(website(0, 0))})
	require.EqualError(t, err, "scale Deployment demo/website to 0: it has 0 replicas already, "+
		"so the fault would change nothing; mend the Deployment first")
}

func TestScaleOfNothing(t *testing.T) {
	_, err := toZero().Prepare(t.Context(), Cluster{Kubernetes: fake.NewClientset()})
	require.ErrorContains(t, err, `scale Deployment demo/website to 0: read it: deployments.apps "website" not found`)
}

func TestUndoNamesTheLastState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := toZero().Undo(ctx, Cluster{Kubernetes: fake.NewClientset(website(0, 1))}, []byte(`{"replicas":2}`))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "scale Deployment demo/website back to 2: not done in time")
		require.ErrorContains(t, err, "last state: 1 of 2 replicas available; see kubectl -n demo get pods,events")
	})
}

func TestScaleChecks(t *testing.T) {
	require.Empty(t, mistakes(toZero()))
	require.Contains(t, mistakes(&Scale{}), "namespace")
	require.Contains(t, mistakes(&Scale{}), "deployment")
	require.Contains(t, mistakes(&Scale{}), "replicas")
	require.Contains(t, mistakes(&Scale{Deployment: "a", StatefulSet: "b"}), "statefulset")
	less := int32(-1)
	require.Contains(t, mistakes(&Scale{Replicas: &less}), "replicas")
}

// A status from before the change must not pass for one after it.
func TestAnOldStatusIsIgnored(t *testing.T) {
	d := website(2, 2)
	d.Generation, d.Status.ObservedGeneration = 3, 2
	now, err := toZero().workload().read(t.Context(), Cluster{Kubernetes: fake.NewClientset(d)})
	require.NoError(t, err)
	require.False(t, now.seen)
}
