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
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
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

// On a cluster that others use too, what was left elsewhere is theirs.
func TestRecoverWithinANamespace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := killed(t, holder{})
		var last event.Event
		sink := func(e event.Event) { last = e }
		require.NoError(t, RecoverWithin(t.Context(), c, "shop", sink))
		require.Zero(t, w.upAttempts)
		require.NotNil(t, left(t, c))
		require.Equal(t, event.Skipped, last.State)
		require.Contains(t, last.Message, "it broke something outside of namespace shop")
		require.NoError(t, RecoverWithin(t.Context(), c, "demo", sink))
		require.Equal(t, 1, w.upAttempts)
		require.Nil(t, left(t, c))
	})
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

// Two processes may find the same record at once: only one of them mends.
func TestRecoverLeavesToAnotherProcessWhatItHasTaken(t *testing.T) {
	for name, taken := range map[string]func(*testing.T, *fake.Clientset, corev1.ConfigMap){
		"and mends": func(_ *testing.T, client *fake.Clientset, m corev1.ConfigMap) {
			client.PrependReactor("update", "configmaps", func(a k8stesting.Action) (bool, runtime.Object, error) {
				version := a.(k8stesting.UpdateAction).GetObject().(*corev1.ConfigMap).ResourceVersion
				if version != m.ResourceVersion {
					return false, nil, nil // a write without a version is never refused
				}
				return true, nil, apierrors.NewConflict(corev1.Resource("configmaps"), m.Name, errors.New("it was changed"))
			})
		},
		"and has mended": func(t *testing.T, client *fake.Clientset, m corev1.ConfigMap) {
			t.Helper()
			require.NoError(t, configMaps(client).Delete(t.Context(), m.Name, metav1.DeleteOptions{}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, c := killed(t, holder{})
				found, err := configMaps(c.Kubernetes).Get(t.Context(), "undo-website-down", metav1.GetOptions{})
				require.NoError(t, err)
				found.ResourceVersion = "5"
				taken(t, c.Kubernetes.(*fake.Clientset), *found)
				var last event.Event
				sink := event.Sink(func(e event.Event) { last = e })
				require.NoError(t, recoverOne(t.Context(), c, *found, "", sink.Start("undo website-down")))
				require.Zero(t, w.upAttempts)
				require.Equal(t, event.Skipped, last.State)
				require.Equal(t, "another process mends it", last.Message)
			})
		})
	}
}

// Who mends holds the record as who breaks does.
func TestRecoverHoldsWhatItMends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := killed(t, holder{})
		w.available = deadAfter // after the repair
		ended := make(chan error)
		go func() { ended <- Recover(t.Context(), c, nil) }()
		time.Sleep(deadAfter - time.Second)
		held := left(t, c)
		require.NotNil(t, held)
		require.Equal(t, thisProcess(), held.Holder)
		require.Less(t, time.Since(held.Renewed), 2*renewInterval)
		require.NoError(t, <-ended)
		require.Nil(t, left(t, c))
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

// Whoever waits for a namespace that never goes would wait as long as the run lasts.
func TestAFaultThatCannotBeSetEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const name = "drill-website-down"
		now, servers := metav1.Now(), newWorld().servers()
		client := servers.Cluster.Kubernetes.(*fake.Clientset)
		client.PrependReactor("list", "nodes", func(k8stesting.Action) (bool, runtime.Object, error) {
			return true, &corev1.NodeList{Items: []corev1.Node{{ObjectMeta: metav1.ObjectMeta{Name: "one"}}}}, nil
		})
		client.PrependReactor("get", "namespaces", func(k8stesting.Action) (bool, runtime.Object, error) {
			return true, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, DeletionTimestamp: &now}}, nil
		})
		client.PrependReactor("create", "namespaces", func(k8stesting.Action) (bool, runtime.Object, error) {
			return true, nil, apierrors.NewAlreadyExists(corev1.Resource("namespaces"), name)
		})
		d := websiteDown()
		d.Setup = []fault.Spec{{Create: &fault.Create{Namespace: name}}}
		d.Within.Repair = within(20 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		_, err := Run(ctx, Options{Servers: servers}, d)
		require.ErrorContains(t, err, "set up: set the fault: create objects in namespace drill-website-down: create namespace drill-website-down: "+
			`not done in time (within.repair is 20s); last state: namespaces "drill-website-down" already exists`)
		require.NoError(t, ctx.Err())
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

// hanging is a client whose first update of a ConfigMap gets no answer.
type hanging struct {
	kubernetes.Interface
	updates int
}

func (h *hanging) CoreV1() corev1client.CoreV1Interface {
	return hangingCore{h.Interface.CoreV1(), h}
}

type hangingCore struct {
	corev1client.CoreV1Interface
	of *hanging
}

func (h hangingCore) ConfigMaps(namespace string) corev1client.ConfigMapInterface {
	return hangingMaps{h.CoreV1Interface.ConfigMaps(namespace), h.of}
}

type hangingMaps struct {
	corev1client.ConfigMapInterface
	of *hanging
}

func (h hangingMaps) Update(ctx context.Context, m *corev1.ConfigMap, o metav1.UpdateOptions) (*corev1.ConfigMap, error) {
	h.of.updates++
	if h.of.updates == 1 {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	return h.ConfigMapInterface.Update(ctx, m, o)
}

// An undo waits for the record, and must not wait for an API server that hangs.
func TestARenewalWithoutAnAnswerLetsGoOfTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(fault.Cluster{Kubernetes: &hanging{Interface: fake.NewClientset()}, Drill: "website-down"}, time.Minute)
		b := broken{Spec: websiteDown().Faults[0]}
		require.NoError(t, l.add(t.Context(), b))
		time.Sleep(2*renewInterval + time.Second)
		if !l.mu.TryLock() {
			l.stop()
			t.Fatal("the renewal holds the record for as long as nobody answers it")
		}
		require.Equal(t, 2, l.client.(*hanging).updates, "the next one makes up for it")
		l.mu.Unlock()
		require.NoError(t, l.done(t.Context(), b))
	})
}

func TestARecordThatCannotBeRead(t *testing.T) {
	c := fault.Cluster{Kubernetes: fake.NewClientset(&corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: recordNamespace, Name: "undo-x"}, Data: map[string]string{recordKey: "{"},
	})}
	require.ErrorContains(t, Recover(t.Context(), c, nil), "delete it: kubectl -n firedrill delete configmap undo-x")
}
