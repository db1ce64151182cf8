package fault

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
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

func TestScaleAndBack(t *testing.T) {
	client := fake.NewClientset(website(2, 2))
	undo, err := toZero().Set(t.Context(), Cluster{Kubernetes: client})
	require.NoError(t, err)
	require.Equal(t, int32(0), wanted(t, client))

	require.NoError(t, undo(t.Context()))
	require.Equal(t, int32(2), wanted(t, client))
}

func TestScaleRefusesToChangeNothing(t *testing.T) {
	client := fake.NewClientset(website(0, 0))
	undo, err := toZero().Set(t.Context(), Cluster{Kubernetes: client})
	require.EqualError(t, err, "scale Deployment demo/website to 0: it has 0 replicas already, "+
		"so the fault would change nothing; mend the Deployment first")
	require.Nil(t, undo)
}

func TestScaleOfNothing(t *testing.T) {
	undo, err := toZero().Set(t.Context(), Cluster{Kubernetes: fake.NewClientset()})
	require.ErrorContains(t, err, `scale Deployment demo/website to 0: read it: deployments.apps "website" not found`)
	require.Nil(t, undo)
}

// The answer to a request may be lost after it was carried out.
func TestScaleThatFailsCanBeUndone(t *testing.T) {
	client := fake.NewClientset(website(2, 2))
	lost := true
	client.PrependReactor("patch", "deployments", func(k8stesting.Action) (bool, runtime.Object, error) {
		return lost, nil, errors.New("connection reset")
	})
	undo, err := toZero().Set(t.Context(), Cluster{Kubernetes: client})
	require.ErrorContains(t, err, "patch spec.replicas to 0: connection reset")
	require.NotNil(t, undo)
	lost = false
	require.NoError(t, undo(t.Context()))
}

func TestUndoNamesTheLastState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := fake.NewClientset(website(2, 1))
		undo, err := toZero().Set(t.Context(), Cluster{Kubernetes: client})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err = undo(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "scale Deployment demo/website back to 2: not done in time")
		require.ErrorContains(t, err, "last state: 1 of 2 replicas available")
	})
}

// A status from before the change must not pass for one after it.
func TestAvailableIgnoresAnOldStatus(t *testing.T) {
	d := website(2, 2)
	require.True(t, available(d, 2))
	d.Generation = 3
	d.Status.ObservedGeneration = 2
	require.False(t, available(d, 2))
}

func TestGiven(t *testing.T) {
	require.Empty(t, Spec{}.Given())
	given := Spec{Scale: toZero()}.Given()
	require.Len(t, given, 1)
	require.Equal(t, "scale Deployment demo/website to 0", given["scale"].String())
	require.Equal(t, []string{"scale"}, Kinds())
}
