package fault

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
)

// inMemory is a pod whose volume data is 200 Mi of the memory of node a.
func inMemory() *corev1.Pod {
	pod := readyPod("x", "store", "store")
	pod.Spec.NodeName = "a"
	pod.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: quantity("200Mi")},
	}}}
	return pod
}

// endsAdded has every container that is added to the pod of x end at once.
func endsAdded(c Cluster) {
	client := c.Kubernetes.(*fake.Clientset)
	client.PrependReactor("patch", "pods", func(a k8stesting.Action) (bool, runtime.Object, error) {
		change, kind := a.(k8stesting.PatchAction), corev1.SchemeGroupVersion.WithResource("pods")
		found, err := client.Tracker().Get(kind, "x", change.GetName())
		if err != nil {
			return true, nil, err
		}
		pod, given := found.(*corev1.Pod).DeepCopy(), corev1.Pod{}
		if err := json.Unmarshal(change.GetPatch(), &given); err != nil {
			return true, nil, err
		}
		for _, added := range given.Spec.EphemeralContainers {
			pod.Spec.EphemeralContainers = append(pod.Spec.EphemeralContainers, added)
			state := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{}}
			pod.Status.EphemeralContainerStatuses = append(pod.Status.EphemeralContainerStatuses, corev1.ContainerStatus{Name: added.Name, State: state})
		}
		return true, pod, client.Tracker().Update(kind, pod, "x")
	})
}

// A volume in memory counts from its filling until it is emptied.
func TestFillSharesTheCeiling(t *testing.T) {
	c := cluster(t, sized("a", "one"), sized("b", "two"), inMemory())
	c.Ceiling.Memory = *quantity("300Mi")
	endsAdded(c)
	fill, hog := parsed(t, `fill: {namespace: x, pod: store, volume: data, to: 50%}`), parsed(t, `hog: {namespace: y, memory: 201Mi}`)
	before, err := fill.Prepare(t.Context(), c)
	require.NoError(t, err)
	_, err = hog.Prepare(t.Context(), c)
	require.NoError(t, err, "nothing is filled yet")
	require.NoError(t, fill.Set(t.Context(), c, before))
	_, err = hog.Prepare(t.Context(), c)
	require.EqualError(t, err, "use 201Mi of memory: that takes 201Mi more besides the 100Mi that other faults take, "+
		"and the ceiling for drills is 300Mi; raise it with --max-memory, or leave this drill out")
	require.NoError(t, fill.Undo(t.Context(), c, before))
	before, err = hog.Prepare(t.Context(), c)
	require.NoError(t, err)

	require.NoError(t, hog.Set(t.Context(), c, before))
	_, err = fill.Prepare(t.Context(), c)
	require.EqualError(t, err, "fill volume data of Pod x/store to 50%: that takes 100Mi more besides the 201Mi that other faults take, "+
		"and the ceiling for drills is 300Mi; raise it with --max-memory, or leave this drill out")
	c.Ceiling = Ceiling{}
	_, err = fill.Prepare(t.Context(), c)
	require.NoError(t, err, "without a ceiling")
}

// A pod that has ended has given back what it had.
func TestFillOfAPodThatHasEndedTakesNothing(t *testing.T) {
	pod := inMemory()
	pod.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{
		Name: "drill-fill-abc", Env: []corev1.EnvVar{{Name: takingVariable, Value: `{"machine":"one","resource":"memory","most":5}`}},
	}}}
	set, err := takings(t.Context(), cluster(t, pod))
	require.NoError(t, err)
	require.Equal(t, []taking{{Machine: "one", Resource: "memory", Most: 5}}, set)
	ended := pod.DeepCopy()
	ended.Status.Phase = corev1.PodFailed
	set, err = takings(t.Context(), cluster(t, ended))
	require.NoError(t, err)
	require.Empty(t, set)
	pod.Spec.EphemeralContainers[0].Env[0].Value = "much"
	_, err = takings(t.Context(), cluster(t, pod))
	require.ErrorContains(t, err, "read FIREDRILL_TAKING of container drill-fill-abc of Pod x/store")
}

// What is behind a claim nobody tells, so it counts as a disk.
func TestFillOfAClaimTakesNoMemory(t *testing.T) {
	c := cluster(t, claim())
	c.Ceiling.Memory = *quantity("1Mi")
	before, err := parsed(t, `fill: {namespace: x, claim: data, to: 95%}`).Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NotContains(t, string(before), "taking")
}

// The memory of a node under pressure counts until it is given back; its disk does not.
func TestPressureSharesTheCeiling(t *testing.T) {
	now := time.Now()
	node := reservedWorker(running1, corev1.NodeCondition{Type: corev1.NodeMemoryPressure, Status: corev1.ConditionFalse},
		corev1.NodeCondition{Type: corev1.NodeDiskPressure, Status: corev1.ConditionFalse})
	c := cluster(t, node, lease(now), sized("a", "one"))
	c.Ceiling.Memory = *quantity("600Mi")
	e := &engine{answers: map[string]string{"cat": "kind: Kubelet\n"}}
	e.then = func(command string) {
		if strings.Contains(command, "systemctl restart kubelet") {
			now = now.Add(time.Second)
			_, err := c.Kubernetes.CoordinationV1().Leases(corev1.NamespaceNodeLease).Update(t.Context(), lease(now), metav1.UpdateOptions{})
			require.NoError(t, err)
		}
	}
	c.Engine = e
	// What Prepare says of a node with room enough.
	before := []byte(`{"node":"worker","config":"kind: Kubelet","threshold":5,"taking":{"machine":"worker","resource":"memory","most":536870912}}`)
	pressure, hog := &Pressure{Node: "reserved", Resource: "memory"}, parsed(t, `hog: {namespace: x, memory: 100Mi}`)
	require.NoError(t, pressure.Set(t.Context(), c, before))
	_, err := hog.Prepare(t.Context(), c)
	require.ErrorContains(t, err, "that takes 100Mi more besides the 512Mi that other faults take")
	require.NoError(t, pressure.Undo(t.Context(), c, before))
	require.NoError(t, pressure.Undo(t.Context(), c, before), "and again")
	before, err = hog.Prepare(t.Context(), c)
	require.NoError(t, err)

	require.NoError(t, hog.Set(t.Context(), c, before))
	_, err = pressure.Touches(t.Context(), c)
	require.EqualError(t, err, "make memory scarce on the reserved node: that takes 512Mi more besides the 100Mi that other faults take, "+
		"and the ceiling for drills is 600Mi; raise it with --max-memory, or leave this drill out")
	_, err = (&Pressure{Node: "reserved", Resource: "disk"}).Touches(t.Context(), c)
	require.NoError(t, err)
}

// Prepare writes down what Set takes.
func TestPressureTellsWhatItTakes(t *testing.T) {
	node := reservedWorker(running1, corev1.NodeCondition{Type: corev1.NodeMemoryPressure, Status: corev1.ConditionFalse})
	node.Status.NodeInfo.BootID = "one"
	client, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/stats/summary") {
			_, _ = w.Write([]byte(`{"node":{"memory":{"availableBytes":4294967296}}}`))
			return
		}
		_ = json.NewEncoder(w).Encode(corev1.NodeList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "NodeList"}, Items: []corev1.Node{*node}})
	})
	before, err := (&Pressure{Node: "reserved", Resource: "memory"}).Prepare(t.Context(), Cluster{Kubernetes: client, Engine: &engine{}})
	require.NoError(t, err)
	require.JSONEq(t, `{"node":"worker","config":"","threshold":4093640704,"taking":{"machine":"one","resource":"memory","most":536870912}}`, string(before))
}
