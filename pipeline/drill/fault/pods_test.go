package fault

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	k8stesting "k8s.io/client-go/testing"
)

func TestStopEverythingThatRunsIt(t *testing.T) {
	labelled := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{appLabel: "website"}}}
	d := website(2, 2)
	d.Spec.Template = labelled
	agent := &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "agent"}, Spec: appsv1.DaemonSetSpec{Template: labelled},
		Status: appsv1.DaemonSetStatus{DesiredNumberScheduled: 3, NumberAvailable: 3},
	}
	other := &appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "store"}}
	c := cluster(t, d, agent, other)
	f := &Stop{Namespace: "demo", App: "website"}
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.JSONEq(t, `[{"kind":"Deployment","namespace":"demo","name":"website","replicas":2},
		{"kind":"DaemonSet","namespace":"demo","name":"agent","replicas":3}]`, string(before))
	require.NoError(t, f.Set(t.Context(), c, before))
	require.EqualValues(t, 0, wanted(t, c.Kubernetes))
	selects := func() map[string]string {
		a, err := c.Kubernetes.AppsV1().DaemonSets("demo").Get(t.Context(), "agent", metav1.GetOptions{})
		require.NoError(t, err)
		return a.Spec.Template.Spec.NodeSelector
	}
	require.Equal(t, map[string]string{nowhere: "true"}, selects())
	for range 2 {
		require.NoError(t, f.Undo(t.Context(), c, before))
		require.EqualValues(t, 2, wanted(t, c.Kubernetes))
		require.Empty(t, selects())
	}
}

func TestStopOfNothing(t *testing.T) {
	_, err := (&Stop{Namespace: "demo", App: "website"}).Prepare(t.Context(), cluster(t, website(0, 0)))
	require.ErrorContains(t, err, "no Deployment, StatefulSet or DaemonSet in namespace demo runs pods with the label app.kubernetes.io/name=website")
}

func TestReadyPods(t *testing.T) {
	ill := readyPod("demo", "api-0", "api")
	ill.Status.Conditions = nil
	c := cluster(t, ill, readyPod("demo", "api-1", "api"), readyPod("demo", "website-1", "website"))
	pods, err := program{"demo", "api"}.ready(t.Context(), c)
	require.NoError(t, err)
	require.Len(t, pods, 1)
	require.Equal(t, "api-1", pods[0].Name)
	_, err = program{"demo", "shop"}.ready(t.Context(), c)
	require.ErrorContains(t, err, "0 pods in namespace demo have the label app.kubernetes.io/name=shop")

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.ErrorContains(t, program{"demo", "api"}.recovers(ctx, c, "mend"), "last state: 1 of 2 pods ready")
}

// admin is an API server with one ready pod and its admin port.
func admin(t *testing.T, set string) (Cluster, *[]string) {
	t.Helper()
	var asked []string
	return adminThat(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		_, _ = w.Write([]byte(set))
	}), &asked
}

// adminThat is admin with an admin port that answers so.
func adminThat(t *testing.T, answer http.HandlerFunc) Cluster {
	t.Helper()
	client, config := server(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "proxy") {
			answer(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(corev1.PodList{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}, Items: []corev1.Pod{*readyPod("demo", "api-1", "api")},
		})
	})
	return Cluster{Kubernetes: client, REST: config}
}

func TestBehave(t *testing.T) {
	c, asked := admin(t, "{}")
	f := parsed(t, `behave: {namespace: demo, app: api, set: {errors: 1}}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	require.NoError(t, f.Undo(t.Context(), c, before))
	path := " /api/v1/namespaces/demo/pods/api-1:8081/proxy/behaviour"
	require.Equal(t, []string{"GET" + path, "PUT" + path, "DELETE" + path}, *asked)

	c, _ = admin(t, `{"errors":0.5}`)
	_, err = f.Prepare(t.Context(), c)
	require.ErrorContains(t, err, `Pod demo/api-1 behaves already: {"errors":0.5}`)
}

func TestBehaveOfAPodThatIsOutOfReachForAMoment(t *testing.T) {
	puts := 0
	c := adminThat(t, func(w http.ResponseWriter, _ *http.Request) {
		if puts++; puts == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	require.NoError(t, parsed(t, `behave: {namespace: demo, app: api, set: {errors: 1}}`).Set(t.Context(), c, nil))
	require.Equal(t, 2, puts)
}

func TestExecSaysWhatItTried(t *testing.T) {
	c, _ := admin(t, "")
	f := parsed(t, `exec: {namespace: demo, app: api, command: [/bin/true, now]}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.JSONEq(t, `{"pod":"api-1"}`, string(before))
	require.ErrorContains(t, f.Set(t.Context(), c, before), "run `/bin/true now` in Pod demo/api-1: ")
	require.NoError(t, f.Undo(t.Context(), c, before), "nothing to run, and its pods are ready")
}

// ends makes every pod and container that is added end at once.
func ends(client *fake.Clientset, code int32) {
	state := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: "Error"}}
	client.PrependReactor("create", "pods", func(a k8stesting.Action) (bool, runtime.Object, error) {
		pod := a.(k8stesting.CreateAction).GetObject().(*corev1.Pod)
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "tool", State: state}}
		return false, nil, nil
	})
}

func claim() *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: "data"},
		Spec: corev1.PersistentVolumeClaimSpec{Resources: corev1.VolumeResourceRequirements{
			Requests: corev1.ResourceList{"storage": *quantity("64Mi")},
		}},
	}
}

func TestFillAClaim(t *testing.T) {
	c := cluster(t, claim())
	client := c.Kubernetes.(*fake.Clientset)
	ends(client, 0)
	f := parsed(t, `fill: {namespace: x, claim: data, to: 95%}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	require.NoError(t, f.Undo(t.Context(), c, before))
	var ran []string
	for _, a := range client.Actions() {
		if create, ok := a.(k8stesting.CreateAction); ok && a.GetResource().Resource == "pods" {
			ran = append(ran, strings.Join(create.GetObject().(*corev1.Pod).Spec.Containers[0].Args, " "))
		}
	}
	require.Equal(t, []string{"fill -percent=95 -most=75497472", "empty"}, ran)
	left, err := c.Kubernetes.CoreV1().Pods("x").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Empty(t, left.Items)
}

// A killed drill leaves the pod that fills; one that begins only now would fill what
// has just been emptied.
func TestFillIsEndedBeforeTheClaimIsEmptied(t *testing.T) {
	c := cluster(t, claim(), &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: "drill-fill-abc"}})
	client := c.Kubernetes.(*fake.Clientset)
	ends(client, 0)
	require.NoError(t, parsed(t, `fill: {namespace: x, claim: data, to: 95%}`).Undo(t.Context(), c, []byte(`{"most":1,"suffix":"abc"}`)))
	var done []string
	for _, a := range client.Actions() {
		switch a := a.(type) {
		case k8stesting.DeleteActionImpl:
			done = append(done, "delete "+a.GetName())
		case k8stesting.CreateActionImpl:
			done = append(done, "create "+a.GetObject().(*corev1.Pod).Name)
		}
	}
	require.Equal(t, []string{"delete drill-fill-abc", "create drill-empty-abc", "delete drill-empty-abc"}, done)
}

func TestFillThatFails(t *testing.T) {
	c := cluster(t, claim())
	ends(c.Kubernetes.(*fake.Clientset), 1)
	f := parsed(t, `fill: {namespace: x, claim: data, to: 95%}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	// The pod is gone, and its log with it.
	require.ErrorContains(t, f.Set(t.Context(), c, before), `it ended with status 1 (Error); it logged "fake logs"`)
}

// undeletable is a client whose API server never answers to the deletion of a pod.
type undeletable struct{ kubernetes.Interface }

func (u undeletable) CoreV1() corev1client.CoreV1Interface {
	return undeletableCore{u.Interface.CoreV1()}
}

type undeletableCore struct{ corev1client.CoreV1Interface }

func (u undeletableCore) Pods(namespace string) corev1client.PodInterface {
	return undeletablePods{u.CoreV1Interface.Pods(namespace)}
}

type undeletablePods struct{ corev1client.PodInterface }

func (undeletablePods) Delete(ctx context.Context, _ string, _ metav1.DeleteOptions) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestFillDoesNotWaitForeverForItsPodToGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := cluster(t, claim())
		ends(c.Kubernetes.(*fake.Clientset), 0)
		c.Kubernetes = undeletable{c.Kubernetes}
		began := time.Now()
		err := runWithClaim(t.Context(), c, "x", "data", "drill-fill-1", []string{filler})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "run [fill] in Pod x/drill-fill-1")
		require.Equal(t, removeWithin, time.Since(began))
	})
}

func TestFillRefusesAVolumeWithoutASize(t *testing.T) {
	pod := readyPod("x", "a", "a")
	pod.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	c := cluster(t, pod)
	_, err := parsed(t, `fill: {namespace: x, pod: a, volume: data, to: 95%}`).Prepare(t.Context(), c)
	require.ErrorContains(t, err, "so to fill it would be to fill its node")
	_, err = parsed(t, `fill: {namespace: x, pod: a, volume: none, to: 95%}`).Prepare(t.Context(), c)
	require.ErrorContains(t, err, "the Pod has no volume none")
}

// A new pod has a new volume: there is nothing to empty.
func TestFillOfAPodThatWasReplaced(t *testing.T) {
	c := cluster(t, readyPod("x", "a", "a"))
	f := parsed(t, `fill: {namespace: x, pod: a, volume: data, to: 95%}`)
	before := []byte(`{"most":1,"uid":"an earlier one","suffix":"abc"}`)
	require.ErrorContains(t, f.Set(t.Context(), c, before), "this is not the pod that was prepared")
	require.NoError(t, f.Undo(t.Context(), c, before))
}

// What was before may be a Secret; what the fault is about is said instead.
func TestARecordThatCannotBeReadIsNotQuoted(t *testing.T) {
	create := &Create{Namespace: "demo"}
	effect := func(ctx context.Context, c Cluster, before json.RawMessage) error {
		_, err := create.Effect(ctx, c, before)
		return err
	}
	for name, test := range map[string]struct {
		read func(context.Context, Cluster, json.RawMessage) error
		want string
	}{
		"create": {create.Undo, "undo: create objects in namespace demo: read what was before the fault: "},
		"effect": {effect, "create objects in namespace demo: read what was before the fault: "},
		"delete": {(&Delete{Namespace: "demo", Kind: "configmaps", Name: "a"}).Undo, "read what was before the fault: "},
		"cut":    {(&Cut{Namespace: "demo", App: "api"}).Undo, "cut demo/api off: read what was before the fault: "},
	} {
		for _, before := range []string{`[{"data":{"password":"hidden"}`, `{"objects":"hidden"}`, `hidden`} {
			err := test.read(t.Context(), Cluster{}, json.RawMessage(before))
			require.ErrorContains(t, err, test.want, name)
			require.ErrorContains(t, err, "mend by hand what the drill broke", name)
			require.NotContains(t, err.Error(), "hidden", name)
			require.NotContains(t, err.Error(), "password", name)
		}
	}
}
