package fault

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestToldByTheTool(t *testing.T) {
	at, err := told([]byte("started\n" +
		`{"time":"2026-01-02T03:04:05.5Z","msg":"taking"}` + "\n" +
		`{"time":"2026-01-02T03:04:35.5Z","msg":"holding","bytes":1}` + "\n" +
		`{"time":"2026-01-02T03:05:00Z","msg":"holding"}`))
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 1, 2, 3, 4, 35, 5e8, time.UTC), at)
	_, err = told([]byte(`{"time":"2026-01-02T03:04:05.5Z","msg":"taking"}`))
	require.ErrorIs(t, err, errNotYet)
}

func TestEffectOfHogs(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	pod := func(name string, conditions ...corev1.PodCondition) *corev1.Pod {
		return &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: name, Labels: map[string]string{appLabel: name}},
			Status:     corev1.PodStatus{Conditions: conditions},
		}
	}
	is := func(kind corev1.PodConditionType, at time.Time) corev1.PodCondition {
		return corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(at)}
	}
	for name, test := range map[string]struct {
		hog  string
		pods []*corev1.Pod
		want time.Time
	}{
		"requests as soon as they have a node": {
			`hog: {namespace: x, memory: 90%, request: true}`,
			[]*corev1.Pod{
				pod("hog-memory", is(corev1.PodScheduled, noon)),
				pod("hog-memory-2", is(corev1.PodScheduled, noon.Add(time.Second)), is(corev1.PodReadyToStartContainers, noon.Add(time.Minute))),
			},
			noon.Add(time.Second),
		},
		"CPU as soon as it runs": {
			`hog: {namespace: x, cpu: 1, limits: {cpu: 100m}}`,
			[]*corev1.Pod{pod("hog-cpu", is(corev1.PodScheduled, noon), is(corev1.PodReadyToStartContainers, noon.Add(3*time.Second)))},
			noon.Add(3 * time.Second),
		},
		"not scheduled": {`hog: {namespace: x, cpu: 1}`, []*corev1.Pod{pod("hog-cpu")}, time.Time{}},
		"no pod":        {`hog: {namespace: x, cpu: 1}`, nil, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			c := cluster(t, sized("a", "one"), sized("b", "one"))
			f := parsed(t, test.hog)
			before, err := f.Prepare(t.Context(), c)
			require.NoError(t, err)
			for _, p := range test.pods {
				_, err := c.Kubernetes.CoreV1().Pods("x").Create(t.Context(), p, metav1.CreateOptions{})
				require.NoError(t, err)
			}
			at, err := f.(Delayed).Effect(t.Context(), c, before)
			if test.want.IsZero() {
				require.ErrorIs(t, err, errNotYet)
				return
			}
			require.NoError(t, err)
			require.True(t, at.Equal(test.want), "%s", at)
		})
	}
}

func TestEffectOfWhatIsCreated(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	c := cluster(t)
	f := parsed(t, `create: {namespace: x, manifests: "apiVersion: batch/v1\nkind: Job\nmetadata: {name: fails}"}`)
	before, err := record(created{Objects: []map[string]any{
		{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "at-once"}},
		{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "starts"}},
		{"apiVersion": "batch/v1", "kind": "Job", "metadata": map[string]any{"name": "fails"}},
	}})
	require.NoError(t, err)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: "starts"}, Status: corev1.PodStatus{Conditions: []corev1.PodCondition{
		{Type: corev1.PodReadyToStartContainers, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(noon)},
	}}}
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: "fails"}}
	_, err = c.Kubernetes.CoreV1().Pods("x").Create(t.Context(), pod, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = c.Kubernetes.BatchV1().Jobs("x").Create(t.Context(), job, metav1.CreateOptions{})
	require.NoError(t, err)

	_, err = f.(Delayed).Effect(t.Context(), c, before)
	require.EqualError(t, err, "create objects in namespace x: Job fails: it has had no effect yet")
	job.Status.Conditions = []batchv1.JobCondition{{Type: batchv1.JobFailed, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(noon.Add(9 * time.Second))}}
	_, err = c.Kubernetes.BatchV1().Jobs("x").Update(t.Context(), job, metav1.UpdateOptions{})
	require.NoError(t, err)
	at, err := f.(Delayed).Effect(t.Context(), c, before)
	require.NoError(t, err)
	require.True(t, at.Equal(noon.Add(9*time.Second)), "%s", at)
}
