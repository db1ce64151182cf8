package fault

import (
	"context"
	"encoding/json"
	"flag"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"firedrill/pipeline/strict"
)

var (
	kubeconfig = flag.String("kubeconfig", "", "try every kind of fault on this cluster, which runs charts/demo and has the tool's image")
	engineName = flag.String("engine", "", "the container engine whose containers are its nodes; without it, kinds that need one are left out")
)

// nodeEngine calls the engine's program.
type nodeEngine struct{ name string }

func (e nodeEngine) run(ctx context.Context, argv ...string) (string, error) {
	out, err := exec.CommandContext(ctx, e.name, argv...).CombinedOutput()
	return string(out), err
}

func (e nodeEngine) Exec(ctx context.Context, node string, argv ...string) (string, error) {
	return e.run(ctx, append([]string{"exec", node}, argv...)...)
}

func (e nodeEngine) Pause(ctx context.Context, node string) error {
	return e.unless(ctx, node, "paused", "pause")
}

func (e nodeEngine) Unpause(ctx context.Context, node string) error {
	return e.unless(ctx, node, "running", "unpause")
}

func (e nodeEngine) unless(ctx context.Context, node, state, verb string) error {
	now, err := e.run(ctx, "inspect", "--format", "{{.State.Status}}", node)
	if err == nil && strings.TrimSpace(now) != state {
		_, err = e.run(ctx, verb, node)
	}
	return err
}

// live are faults as drill files have them.
var live = []struct {
	name, text string
	engine     bool
	// wait until this is so before the undo; empty: at once
	until string
}{
	{name: "scale", text: `scale: {namespace: demo, deployment: website, replicas: 1}`},
	{name: "stop", text: `stop: {namespace: demo, app: api}`, until: "demo/api=0"},
	{name: "stop a DaemonSet", text: `stop: {namespace: monitoring, app: node-exporter}`},
	{name: "delete pods", text: `delete: {kind: pods, namespace: demo, selector: app.kubernetes.io/name=website}`},
	{name: "delete a ConfigMap", text: `delete: {kind: configmaps, namespace: drill-live-kept, name: kept}`},
	{name: "delete a Secret", text: `delete: {kind: secrets, namespace: drill-live-kept, name: kept}`},
	{name: "create", text: "create:\n  namespace: drill-live\n  manifests: |\n" + strings.ReplaceAll(manifest, "\n", "\n    ")},
	{name: "exec", text: `exec: {namespace: monitoring, app: prometheus, command: [/bin/prometheus, --version]}`},
	{name: "hog over its memory limit", text: `hog: {namespace: drill-live, memory: 300Mi, limits: {memory: 64Mi}}`, until: "killed"},
	{name: "hog over its CPU limit", text: `hog: {namespace: drill-live, cpu: 2, limits: {cpu: 200m}}`, until: "drill-live/hog-cpu=1"},
	{name: "hog memory", text: `hog: {namespace: drill-live, memory: "25%"}`, until: "drill-live/hog-memory=1"},
	{name: "hog CPU", text: `hog: {namespace: drill-live, cpu: "95%"}`, until: "drill-live/hog-cpu=1"},
	{name: "hog requests", text: `hog: {namespace: drill-live, memory: "90%", request: true}`, until: "drill-live/hog-memory=1"},
	{name: "fill a volume of a pod", text: `fill: {namespace: drill-live-kept, pod: kept, volume: data, to: "95%"}`},
	{name: "fill a claim", text: `fill: {namespace: drill-live-kept, claim: kept, to: "95%"}`},
	{name: "patch", text: `patch: {kind: deployments, namespace: demo, name: api, patch: {spec: {template: {metadata: {annotations: {drill: "1"}}}}}}`},
	{name: "behave", text: `behave: {namespace: demo, app: website, set: {latency: 1s, errors: 0.5, log_errors: 5}}`},
	{name: "cut", text: `cut: {namespace: demo, app: api}`, engine: true},
	{name: "halt", text: `halt: {component: kube-scheduler}`, engine: true, until: "kube-system/=halted"},
	{name: "pause", text: `pause: {node: reserved}`, engine: true, until: "Ready"},
	{name: "pressure of disk", text: `pressure: {node: reserved, resource: disk}`, engine: true, until: "DiskPressure"},
	{name: "pressure of memory", text: `pressure: {node: reserved, resource: memory}`, engine: true, until: "MemoryPressure"},
}

const manifest = `    apiVersion: v1
kind: ConfigMap
metadata: {name: figures}
data: {memory: "{{ .FreeMemory }}", cpu: "{{ .FreeCPU }}", image: "{{ .Image }}"}
---
{{ $c := genSelfSignedCert "drill" nil nil 7 }}
apiVersion: v1
kind: Secret
metadata: {name: tls}
type: kubernetes.io/tls
data: {tls.crt: {{ $c.Cert | b64enc }}, tls.key: {{ $c.Key | b64enc }}}
`

// TestLive sets and undoes every kind of fault on a real cluster.
func TestLive(t *testing.T) {
	if *kubeconfig == "" {
		t.Skip("needs a cluster: go test ./pipeline/drill/fault -run TestLive -kubeconfig FILE [-engine podman]")
	}
	c := liveCluster(t)
	keepThings(t, c)
	for _, l := range live {
		t.Run(l.name, func(t *testing.T) {
			if l.engine && c.Engine == nil {
				t.Skip("needs -engine")
			}
			var spec Spec
			_, err := strict.Parse("live.yaml", []byte(l.text), &spec)
			require.NoError(t, err)
			for _, f := range spec.Given() {
				setAndUndo(t, c, f, l.until)
			}
		})
	}
}

func liveCluster(t *testing.T) Cluster {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	require.NoError(t, err)
	config.QPS, config.Burst = 100, 100
	typed, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	objects, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	c := Cluster{Kubernetes: typed, Dynamic: objects, REST: config, Drill: "live", Labels: map[string]string{"firedrill.run": "live"}}
	if *engineName != "" {
		c.Engine = nodeEngine{*engineName}
	}
	return c
}

func setAndUndo(t *testing.T, c Cluster, f Fault, until string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	require.Empty(t, mistakes(f))
	touched, err := f.Touches(ctx, c)
	require.NoError(t, err)
	require.NotEmpty(t, touched)
	before, err := f.Prepare(ctx, c)
	require.NoError(t, err)
	start := time.Now()
	setErr := f.Set(ctx, c, before)
	set := time.Since(start)
	if setErr == nil && until != "" {
		awaitState(ctx, t, c, until)
	}
	broken := time.Since(start)
	// As another process would: of the fault nothing is left but its description.
	undo := json.RawMessage(string(before))
	start = time.Now()
	require.NoError(t, f.Undo(ctx, c, undo))
	t.Logf("%s: %v; set %.1fs, broken after %.1fs, mended in %.1fs", f, touched, set.Seconds(), broken.Seconds(), time.Since(start).Seconds())
	require.NoError(t, setErr)
	require.NoError(t, f.Undo(ctx, c, undo), "to undo it again is harmless")
}

// keepThings creates what faults of the list act on.
func keepThings(t *testing.T, c Cluster) {
	t.Helper()
	kept := &Create{Namespace: "drill-live-kept", Manifests: `
apiVersion: v1
kind: ConfigMap
metadata: {name: kept}
data: {a: b}
---
apiVersion: v1
kind: Secret
metadata: {name: kept}
stringData: {a: b}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: kept}
spec: {storageClassName: limited, accessModes: [ReadWriteOnce], resources: {requests: {storage: 64Mi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: kept}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
  volumes: [{name: data, emptyDir: {medium: Memory, sizeLimit: 32Mi}}]
  containers:
    - name: kept
      image: {{ .Image }}
      args: [wait]
      volumeMounts: [{name: data, mountPath: /data}]
`}
	before, err := kept.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, kept.Set(t.Context(), c, before))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		require.NoError(t, kept.Undo(ctx, c, before))
	})
	require.NoError(t, podRecovers(t.Context(), c, "drill-live-kept", "kept"))
}

// awaitState waits for NAMESPACE/APP=READY, the kill of a hog, or a node's
// condition that is no longer what it should be.
func awaitState(ctx context.Context, t *testing.T, c Cluster, until string) {
	t.Helper()
	require.NoError(t, await(ctx, "wait for "+until, "the cluster", func(ctx context.Context) (bool, string, error) {
		where, want, isApp := strings.Cut(until, "=")
		namespace, app, _ := strings.Cut(where, "/")
		switch {
		case until == "killed":
			return hogKilled(ctx, c)
		case want == "halted":
			return halted(ctx, c)
		case isApp:
			pods, err := program{namespace, app}.pods(ctx, c)
			ready := 0
			for _, pod := range pods {
				if isReady(pod) {
					ready++
				}
			}
			return string(rune('0'+ready)) == want && (want != "0" || len(pods) == 0), "", err
		}
		return ill(ctx, c, corev1.NodeConditionType(until))
	}))
}

// ill tells whether the reserved node's condition is not what it should be.
func ill(ctx context.Context, c Cluster, kind corev1.NodeConditionType) (bool, string, error) {
	node, err := reserved(ctx, c)
	healthy := corev1.ConditionFalse
	if kind == corev1.NodeReady {
		healthy = corev1.ConditionTrue
	}
	status, text := condition(node, kind)
	return err == nil && status != healthy, text, err
}

func hogKilled(ctx context.Context, c Cluster) (bool, string, error) {
	pods, err := c.Kubernetes.CoreV1().Pods("drill-live").List(ctx, metav1.ListOptions{})
	if err != nil || len(pods.Items) == 0 || len(pods.Items[0].Status.ContainerStatuses) == 0 {
		return false, "no pod", err
	}
	status := pods.Items[0].Status.ContainerStatuses[0]
	end := status.State.Terminated
	if end == nil {
		end = status.LastTerminationState.Terminated
	}
	return end != nil && end.Reason == "OOMKilled", status.String(), nil
}

func halted(ctx context.Context, c Cluster) (bool, string, error) {
	pods, err := c.Kubernetes.CoreV1().Pods("kube-system").List(ctx, metav1.ListOptions{LabelSelector: "component=kube-scheduler"})
	return err == nil && len(pods.Items) == 0, "it runs", err
}
