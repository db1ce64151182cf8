package drill

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/event"
)

// left is the record that is in the cluster; nil for none.
func left(t *testing.T, c fault.Cluster) *record {
	t.Helper()
	m, err := configMaps(c.Kubernetes).Get(context.Background(), "undo-website-down", metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	require.NoError(t, err)
	r, err := readRecord(*m)
	require.NoError(t, err)
	return &r
}

// killed is a world in which the drill's process was killed after it had set
// the fault, and the record that it left.
func killed(t *testing.T, by holder) (*world, fault.Cluster) {
	t.Helper()
	w := newWorld()
	c := w.servers().Cluster
	c.Drill, c.Labels = "website-down", map[string]string{"firedrill.run": "night"}
	l := newLedger(c, time.Minute)
	l.record.Holder = by
	d := damage{cluster: c, ledger: l, within: time.Minute, say: func(string) {}}
	w.up = time.Now().Add(-time.Hour) // available until then
	require.NoError(t, d.set(t.Context(), websiteDown().Faults))
	l.stopRenewal()
	require.False(t, w.down.IsZero())
	return w, c
}

func TestTheRecordIsThereBeforeTheFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		servers := w.servers()
		servers.Cluster.Labels = map[string]string{"firedrill.run": "night"}
		seen := false
		servers.Cluster.Kubernetes.(*fake.Clientset).PrependReactor("patch", "deployments", func(k8stesting.Action) (bool, runtime.Object, error) {
			// Asked by its API, the client would wait for this very answer.
			object, err := servers.Cluster.Kubernetes.(*fake.Clientset).Tracker().
				Get(corev1.SchemeGroupVersion.WithResource("configmaps"), recordNamespace, "undo-website-down")
			require.NoError(t, err, "written before the fault is set, and there until it is undone")
			r, err := readRecord(*object.(*corev1.ConfigMap))
			require.NoError(t, err)
			require.Equal(t, int32(0), *r.Faults[0].Spec.Scale.Replicas)
			require.JSONEq(t, `{"replicas":2}`, string(r.Faults[0].Before))
			require.Equal(t, os.Getpid(), r.Holder.PID)
			require.Equal(t, "night", r.Labels["firedrill.run"])
			seen = true
			return false, nil, nil
		})
		_, err := Run(t.Context(), Options{Servers: servers}, websiteDown())
		require.NoError(t, err)
		require.True(t, seen)
		require.Nil(t, left(t, servers.Cluster), "gone with what it tells of")
	})
}

func TestRecoverUndoesWhatAKilledDrillLeft(t *testing.T) {
	for name, holder := range map[string]holder{
		"a process that is gone": {Host: thisProcess().Host, Space: thisProcess().Space, PID: 1 << 30},
		"a process elsewhere":    {Host: "elsewhere", PID: 7},
		"one that gave up":       {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, c := killed(t, holder)
				require.NotNil(t, left(t, c))
				var events []event.Event
				require.NoError(t, Recover(t.Context(), fault.Cluster{Kubernetes: c.Kubernetes}, func(e event.Event) { events = append(events, e) }))
				require.Equal(t, 1, w.upAttempts)
				require.True(t, w.since(w.up, w.available), "it waits until the website is available again")
				require.Nil(t, left(t, c))
				require.Equal(t, "undo website-down", events[0].Item)
				require.Equal(t, event.Passed, events[len(events)-1].State)
			})
		})
	}
}

// A drill that another process holds right now is none of ours.
func TestRecoverLeavesTheLivingAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := killed(t, holder{Host: "elsewhere", PID: 7})
		renewed := left(t, c)
		renewed.Renewed = time.Now().Add(3 * time.Second)
		text, err := json.Marshal(renewed)
		require.NoError(t, err)
		go func() { // that process renews its record
			time.Sleep(3 * time.Second)
			_, err := configMaps(c.Kubernetes).Update(context.Background(), &corev1.ConfigMap{
				ObjectMeta: metav1.ObjectMeta{Namespace: recordNamespace, Name: "undo-website-down"}, Data: map[string]string{recordKey: string(text)},
			}, metav1.UpdateOptions{})
			if err != nil {
				t.Error(err)
			}
		}()
		var last event.Event
		require.NoError(t, Recover(t.Context(), c, func(e event.Event) { last = e }))
		require.Zero(t, w.upAttempts)
		require.NotNil(t, left(t, c))
		require.Equal(t, event.Skipped, last.State)
		require.Equal(t, "process 7 on elsewhere holds the drill", last.Message)
	})
}

// What cannot be undone stays written down, for whoever comes next.
func TestARecordOutlivesAnUndoThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.upErr = errors.New("the server refused")
		servers := w.servers()
		_, err := Run(t.Context(), Options{Servers: servers}, websiteDown())
		require.ErrorContains(t, err, "undo the fault")
		require.True(t, left(t, servers.Cluster).Holder.gone())

		w.up = time.Now().Add(-time.Hour) // mended by hand, but the record stayed
		_, err = Run(t.Context(), Options{Servers: servers}, websiteDown())
		require.ErrorContains(t, err, "the undo record firedrill/undo-website-down is there already")

		w.upErr = nil
		require.NoError(t, Recover(t.Context(), servers.Cluster, nil))
		require.Nil(t, left(t, servers.Cluster))
	})
}

func TestALongDrillRenewsItsRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := killed(t, holder{})
		l := newLedger(c, time.Minute)
		l.record.Drill = "long"
		require.NoError(t, l.add(t.Context(), broken{Spec: websiteDown().Faults[0]}))
		time.Sleep(deadAfter)
		m, err := configMaps(c.Kubernetes).Get(t.Context(), "undo-long", metav1.GetOptions{})
		require.NoError(t, err)
		r, err := readRecord(*m)
		require.NoError(t, err)
		require.Less(t, time.Since(r.Renewed), 2*renewInterval)
		require.NoError(t, l.close(t.Context()))
	})
}

func TestARecordThatCannotBeRead(t *testing.T) {
	c := fault.Cluster{Kubernetes: fake.NewClientset(&corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: recordNamespace, Name: "undo-x"}, Data: map[string]string{recordKey: "{"},
	})}
	require.ErrorContains(t, Recover(t.Context(), c, nil), "delete it: kubectl -n firedrill delete configmap undo-x")
}
