package ready

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const unschedulable = `{phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: unbound claims}]}
spec: {containers: [{name: web}], volumes: [{name: data, persistentVolumeClaim: {claimName: data-0}}]}`

// claimed is a cluster whose website waits for the volume of data-0, a claim of
// that storage class; the cluster has the class standard.
func claimed(t *testing.T, class *string, phase corev1.PersistentVolumeClaimPhase) Cluster {
	t.Helper()
	c := cluster(t, []corev1.Event{{
		ObjectMeta:     metav1.ObjectMeta{Namespace: "demo", Name: "e"},
		InvolvedObject: corev1.ObjectReference{Kind: "PersistentVolumeClaim", Name: "data-0", UID: "claim"},
		Type:           "Warning", Reason: "ProvisioningFailed", Message: "class not found",
	}}, websiteNotReady, websitePod("website-1", unschedulable))
	_, err := c.Client.CoreV1().PersistentVolumeClaims("demo").Create(t.Context(), &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "data-0", UID: "claim"},
		Spec:       corev1.PersistentVolumeClaimSpec{StorageClassName: class},
		Status:     corev1.PersistentVolumeClaimStatus{Phase: phase},
	}, createOptions)
	require.NoError(t, err)
	_, err = c.Client.StorageV1().StorageClasses().Create(t.Context(),
		&storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: "standard"}}, createOptions)
	require.NoError(t, err)
	return c
}

func TestWaitGivesUpOnAVolumeThatNobodyProvides(t *testing.T) {
	class := func(name string) *string { return &name }
	tests := map[string]struct {
		class *string
		phase corev1.PersistentVolumeClaimPhase
		after time.Duration
		why   string
	}{
		"no such class":     {class("fast"), corev1.ClaimPending, 30 * time.Second, `volume claim demo/data-0 of pod website-1 gets no volume: no storage class "fast"; there are: standard`},
		"no default class":  {nil, corev1.ClaimPending, 30 * time.Second, `volume claim demo/data-0 of pod website-1 gets no volume: it names no storage class and none is the default; there are: standard`},
		"a known class":     {class("standard"), corev1.ClaimPending, 3 * time.Minute, "context deadline exceeded"},
		"a volume by hand":  {class(""), corev1.ClaimPending, 3 * time.Minute, "context deadline exceeded"},
		"it has its volume": {class("fast"), corev1.ClaimBound, 3 * time.Minute, "context deadline exceeded"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				requireGivesUp(t, claimed(t, test.class, test.phase), test.after, test.why)
			})
		})
	}
}

func TestDiagnosisNamesTheClaimWithoutAVolume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fast := "fast"
		c := claimed(t, &fast, corev1.ClaimPending)
		require.EqualError(t, wait(t, c, []Object{website}, Options{}), `0 of 1 objects are ready: volume claim demo/data-0 of pod website-1 gets no volume: no storage class "fast"; there are: standard
Deployment demo/website: Available: 0/2
  pod website-1: Pending: Unschedulable: unbound claims
    volume claim data-0: Pending: no storage class "fast"; there are: standard
      events:
        Warning ProvisioningFailed: class not found`)
	})
}
