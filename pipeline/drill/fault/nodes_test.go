package fault

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	coordination "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var running1 = corev1.NodeCondition{Type: corev1.NodeReady, Status: corev1.ConditionTrue}

func lease(at time.Time) *coordination.Lease {
	renewed := metav1.NewMicroTime(at)
	return &coordination.Lease{
		ObjectMeta: metav1.ObjectMeta{Namespace: corev1.NamespaceNodeLease, Name: "worker"},
		Spec:       coordination.LeaseSpec{RenewTime: &renewed},
	}
}

// A node that was paused for a moment still counts as ready: that is not yet
// the proof that it works.
func TestPauseWaitsForTheNextHeartbeat(t *testing.T) {
	now := time.Now()
	c := cluster(t, reservedWorker(running1), lease(now))
	e := &engine{}
	c.Engine = e
	f := &Pause{Node: "reserved"}
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))

	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, f.Undo(ctx, c, before), "its kubelet has not been heard of since")

	e.then = func(string) {
		_, err := c.Kubernetes.CoordinationV1().Leases(corev1.NamespaceNodeLease).Update(t.Context(), lease(now.Add(time.Second)), metav1.UpdateOptions{})
		require.NoError(t, err)
	}
	require.NoError(t, f.Undo(t.Context(), c, before))
	require.Equal(t, []string{"pause worker", "unpause worker", "unpause worker"}, e.asked)
}

func TestPauseTriesAgain(t *testing.T) {
	c := cluster(t, reservedWorker(running1))
	e := &engine{err: errors.New("unable to freeze")}
	e.then = func(string) { e.err = nil }
	c.Engine = e
	f := &Pause{Node: "reserved"}
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	require.Equal(t, []string{"pause worker", "pause worker"}, e.asked)
}

func TestPauseRefusesANodeThatIsDown(t *testing.T) {
	c := cluster(t, reservedWorker())
	c.Engine = &engine{}
	_, err := (&Pause{Node: "reserved"}).Prepare(t.Context(), c)
	require.ErrorContains(t, err, "an alarm would prove nothing")
}

func TestHalt(t *testing.T) {
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "cp", Labels: map[string]string{controlPlane: ""}}}
	c := cluster(t, node, readyPod("kube-system", "kube-scheduler-cp", "kube-scheduler"))
	e := &engine{}
	c.Engine = e
	f := &Halt{Component: "kube-scheduler"}
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	require.Regexp(t, `sh /etc/kubernetes/manifests/kube-scheduler.yaml /etc/kubernetes/firedrill-kube-scheduler.yaml$`, e.asked[1])
	require.NoError(t, f.Undo(t.Context(), c, before))
	require.Regexp(t, `sh /etc/kubernetes/firedrill-kube-scheduler.yaml /etc/kubernetes/manifests/kube-scheduler.yaml$`, e.asked[2])

	e.err = errors.New("no such file")
	_, err = f.Prepare(t.Context(), c)
	require.ErrorContains(t, err, "halt kube-scheduler: it is no static pod of node cp: no such file")
}

func TestCutIsForThePairAlone(t *testing.T) {
	c := cluster(t, readyPod("demo", "api-1", "api"), readyPod("demo", "website-1", "website"))
	e := &engine{}
	c.Engine = e
	f := &Cut{Namespace: "demo", App: "api", From: "website"}
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	require.Len(t, e.asked, 2)
	rule := "FORWARD -s 10.0.0.9 -d 10.0.0.5 -m comment --comment firedrill:test -j DROP"
	require.Equal(t, "worker: sh -c iptables -w -C "+rule+" 2>/dev/null || iptables -w -I "+rule, e.asked[0])
	require.Contains(t, e.asked[1], "-s 10.0.0.5 -d 10.0.0.9")
	require.NoError(t, f.Undo(t.Context(), c, before))
	require.Equal(t, "worker: sh -c iptables -w -C "+rule+" && exec iptables -w -D "+rule+"; [ $? = 1 ]", e.asked[2])
}

// local runs what is for nodes on this machine.
type local struct{ Engine }

func (local) Exec(ctx context.Context, _ string, argv ...string) (string, error) {
	out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	return string(out), err
}

// A rule that nobody could look for may still be there.
func TestCutIsUndoneUnlessThereIsNoRule(t *testing.T) {
	for code, want := range map[string]struct {
		deleted bool
		err     string
	}{"0": {deleted: true}, "1": {}, "4": {err: "exit status 1"}} {
		dir := t.TempDir()
		fake := "#!/bin/sh\n[ \"$2\" = -C ] && exit " + code + "\ntouch " + dir + "/deleted\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "iptables"), []byte(fake), 0o700))
		t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
		c := cluster(t)
		c.Engine = local{}
		err := (&Cut{Namespace: "demo", App: "api"}).apply(t.Context(), c, wire{Node: "worker", To: "10.0.0.5"}, false)
		if want.err != "" {
			require.ErrorContains(t, err, want.err, code)
		} else {
			require.NoError(t, err, code)
		}
		require.Equal(t, want.deleted, exists(filepath.Join(dir, "deleted")), code)
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func TestCutRefusesTheNodesOwnAddress(t *testing.T) {
	pod := readyPod("demo", "api-1", "api")
	pod.Spec.HostNetwork = true
	c := cluster(t, pod)
	c.Engine = &engine{}
	_, err := (&Cut{Namespace: "demo", App: "api"}).Prepare(t.Context(), c)
	require.ErrorContains(t, err, "so the node would be cut off too")
}

func TestThreshold(t *testing.T) {
	changed, err := threshold("kind: KubeletConfiguration\nevictionHard:\n  nodefs.available: 0%\n", "nodefs.available", 1024)
	require.NoError(t, err)
	for _, line := range []string{"kind: KubeletConfiguration", `nodefs.available: "1024"`, "nodefs.available: 10m0s", "evictionPressureTransitionPeriod: 5s", "nodefs.available: 0%"} {
		require.Contains(t, changed, line)
	}
}

// What was before is written back, whatever is there now.
func TestPressureRestoresTheKubelet(t *testing.T) {
	now := time.Now()
	calm := corev1.NodeCondition{Type: corev1.NodeDiskPressure, Status: corev1.ConditionFalse}
	c := cluster(t, reservedWorker(running1, calm), lease(now))
	e := &engine{answers: map[string]string{"cat": "changed: true\n"}}
	e.then = func(command string) {
		if strings.Contains(command, "systemctl restart kubelet") {
			_, err := c.Kubernetes.CoordinationV1().Leases(corev1.NamespaceNodeLease).Update(t.Context(), lease(now.Add(time.Second)), metav1.UpdateOptions{})
			require.NoError(t, err)
		}
	}
	c.Engine = e
	f := &Pressure{Node: "reserved", Resource: "disk"}
	require.NoError(t, f.Undo(t.Context(), c, []byte(`{"node":"worker","config":"kind: Kubelet","threshold":5}`)))
	require.Equal(t, "worker: rm -f /var/lib/kubelet/firedrill.fill", e.asked[0])
	require.Contains(t, e.asked[2], "sh kind: Kubelet /var/lib/kubelet/config.yaml")

	// and once it is there, nothing is restarted
	e.answers["cat"], e.asked = "kind: Kubelet\n", nil
	require.NoError(t, f.Undo(t.Context(), c, []byte(`{"node":"worker","config":"kind: Kubelet","threshold":5}`)))
	require.Len(t, e.asked, 2)
}

func TestSummary(t *testing.T) {
	client, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/nodes/worker/proxy/stats/summary" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(`{"node":{"memory":{"availableBytes":7},"fs":{"availableBytes":9},"cpu":{"usageNanoCores":5000000}}}`))
	})
	node := *reservedWorker()
	node.Status.Capacity = corev1.ResourceList{"memory": *quantity("10"), "cpu": *quantity("2")}
	memory, err := memoryUse(t.Context(), Cluster{Kubernetes: client}, node)
	require.NoError(t, err)
	require.Equal(t, use{10, 3}, memory)
	cpu, err := cpuUse(t.Context(), Cluster{Kubernetes: client}, node)
	require.NoError(t, err)
	require.Equal(t, use{2000, 5}, cpu)
	_, err = summarise(t.Context(), Cluster{Kubernetes: client}, "other")
	require.ErrorContains(t, err, "ask the kubelet of node other what is used (GET /api/v1/nodes/other/proxy/stats/summary)")
}
