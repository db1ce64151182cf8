package fault

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func quantity(text string) *resource.Quantity {
	q := resource.MustParse(text)
	return &q
}

// sized is a node of 1000 Mi and 2 cores.
func sized(name, boot string) *corev1.Node {
	all := corev1.ResourceList{"memory": *quantity("1000Mi"), "cpu": *quantity("2")}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Status:     corev1.NodeStatus{Capacity: all, Allocatable: all, NodeInfo: corev1.NodeSystemInfo{BootID: boot}},
	}
}

func requesting(name, node, memory string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name},
		Spec: corev1.PodSpec{NodeName: node, Containers: []corev1.Container{{
			Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{"memory": *quantity(memory)}},
		}}},
	}
}

// half is a machine of 1000 Mi of which half is used.
func half() *engine {
	return &engine{answers: map[string]string{"cat": "MemTotal: 1024000 kB\nMemAvailable: 512000 kB\n"}}
}

func TestHogReachesAShareOnEveryMachine(t *testing.T) {
	c := cluster(t, sized("a", "one"), sized("b", "one"), sized("c", "two"))
	c.Engine = half()
	loads, err := parsed(t, `hog: {namespace: x, memory: 90%}`).(*Hog).plan(t.Context(), c)
	require.NoError(t, err)
	require.Len(t, loads, 2, "a and b are one machine")
	require.Equal(t, []string{"a", "c"}, []string{loads[0].Node, loads[1].Node})
	require.Equal(t, []string{"hog-memory", "hog-memory-2"}, []string{loads[0].Name, loads[1].Name})
	require.EqualValues(t, 400<<20, loads[0].Amount)
	argv := strings.Join(loads[0].argv(time.Unix(1000, 0)), " ")
	require.Equal(t, "memory -until=1000 -most=550502400 -percent=90", argv, "an eighth of all more than is missing now")
}

func TestHogRespectsTheCeiling(t *testing.T) {
	c := cluster(t, sized("a", "one"))
	c.Engine = half()
	c.Ceiling.Memory = *quantity("300Mi")
	_, err := parsed(t, `hog: {namespace: x, memory: 90%}`).Prepare(t.Context(), c)
	require.EqualError(t, err, "use 90% of memory: that takes 400Mi more, and the ceiling for drills is 300Mi; raise it with --max-memory, or leave this drill out")
	_, err = parsed(t, `hog: {namespace: x, memory: 2Gi}`).Prepare(t.Context(), c)
	require.ErrorContains(t, err, "that takes 2048Mi more")
	for _, fits := range []string{
		`hog: {namespace: x, memory: 70%}`, `hog: {namespace: x, memory: 2Gi, limits: {memory: 64Mi}}`, `hog: {namespace: x, memory: 2Gi, request: true}`,
	} {
		_, err = parsed(t, fits).Prepare(t.Context(), c)
		require.NoError(t, err, fits)
	}
	loads, err := parsed(t, `hog: {namespace: x, memory: 79%}`).(*Hog).plan(t.Context(), c)
	require.NoError(t, err)
	require.EqualValues(t, 300<<20, loads[0].Most, "never over the ceiling, whatever others use meanwhile")
}

func TestHogRefusesWhatIsSoAlready(t *testing.T) {
	c := cluster(t, sized("a", "one"))
	c.Engine = half()
	_, err := parsed(t, `hog: {namespace: x, memory: 50%}`).Prepare(t.Context(), c)
	require.EqualError(t, err, "use 50% of memory: node a has 500Mi of its 1000Mi in use already, which is 50% or more: an alarm would prove nothing")
}

func TestHogRequestsOnEveryNode(t *testing.T) {
	tainted := sized("control", "one")
	tainted.Spec.Taints = []corev1.Taint{{Key: controlPlane, Effect: corev1.TaintEffectNoSchedule}}
	c := cluster(t, sized("a", "one"), sized("b", "one"), tainted, requesting("p", "b", "300Mi"))
	f := parsed(t, `hog: {namespace: x, memory: 95%, request: true}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, f.Set(t.Context(), c, before))
	for name, want := range map[string]string{"hog-memory": "950Mi", "hog-memory-2": "650Mi"} {
		d, err := c.Kubernetes.AppsV1().Deployments("x").Get(t.Context(), name, metav1.GetOptions{})
		require.NoError(t, err)
		hog := d.Spec.Template.Spec.Containers[0]
		require.Equal(t, want, hog.Resources.Requests.Memory().String())
		require.Equal(t, "hog", hog.Name)
		require.Equal(t, []string{"wait"}, hog.Args)
		require.Equal(t, map[string]string{appLabel: name, drillLabel: "test", "firedrill.run": "r"}, d.Spec.Template.Labels)
	}
	for range 2 {
		require.NoError(t, f.Undo(t.Context(), c, before))
	}
	_, err = c.Kubernetes.CoreV1().Namespaces().Get(t.Context(), "x", metav1.GetOptions{})
	require.ErrorContains(t, err, "not found")
}

func TestHogOverItsLimits(t *testing.T) {
	c := cluster(t, sized("a", "one"))
	loads, err := parsed(t, `hog: {namespace: x, memory: 300Mi, limits: {memory: 64Mi, cpu: 200m}}`).(*Hog).plan(t.Context(), c)
	require.NoError(t, err)
	pod := loads[0].deployment(c, "x").Spec.Template.Spec
	require.Equal(t, "64Mi", pod.Containers[0].Resources.Limits.Memory().String())
	require.Equal(t, "200m", pod.Containers[0].Resources.Limits.Cpu().String())
	require.Equal(t, "1", pod.Containers[0].Resources.Requests.Memory().String())
	require.True(t, pod.Containers[0].Resources.Requests.Cpu().IsZero(), "Kubernetes makes the limit the request")
	require.Nil(t, pod.NodeSelector, "the scheduler chooses")
}

// The ceiling is for all faults together: what one hog may take is no more there
// for the next, of the same drill or of another one.
func TestHogsShareTheCeiling(t *testing.T) {
	c := cluster(t, sized("a", "one"), sized("b", "two"))
	c.Ceiling.Memory, c.Ceiling.CPU = *quantity("300Mi"), *quantity("1")
	set := func(text string) error {
		f := parsed(t, text)
		before, err := f.Prepare(t.Context(), c)
		if err != nil {
			return err
		}
		return f.Set(t.Context(), c, before)
	}
	require.NoError(t, set(`hog: {namespace: x, memory: 200Mi}`))
	require.EqualError(t, set(`hog: {namespace: x, memory: 101Mi}`),
		"use 101Mi of memory: that takes 101Mi more besides the 200Mi that other faults take, and the ceiling for drills is 300Mi; raise it with --max-memory, or leave this drill out")
	require.NoError(t, set(`hog: {namespace: x, memory: 2Gi, request: true}`), "takes nothing")
	require.NoError(t, set(`hog: {namespace: y, cpu: 1}`), "something else")
	c.Drill = "another"
	require.NoError(t, set(`hog: {namespace: x, memory: 1Gi, limits: {memory: 64Mi}}`))
	require.ErrorContains(t, set(`hog: {namespace: x, memory: 37Mi}`), "besides the 264Mi")
	for _, name := range []string{"hog-memory", "hog-memory-2", "hog-memory-3"} {
		_, err := c.Kubernetes.AppsV1().Deployments("x").Get(t.Context(), name, metav1.GetOptions{})
		require.NoError(t, err, "none takes the place of another")
	}
}

// What a hog takes of one machine is no less there on another.
func TestHogsShareTheCeilingOfAMachine(t *testing.T) {
	c := cluster(t, sized("a", "one"), sized("b", "two"))
	c.Engine = half()
	c.Ceiling.Memory = *quantity("600Mi")
	first := parsed(t, `hog: {namespace: x, memory: 70%}`)
	before, err := first.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, first.Set(t.Context(), c, before))
	loads, err := parsed(t, `hog: {namespace: x, memory: 70%}`).(*Hog).plan(t.Context(), c)
	require.NoError(t, err)
	for _, l := range loads {
		require.EqualValues(t, 325<<20, l.others, "200Mi and an eighth, of this machine alone")
		require.EqualValues(t, 275<<20, l.Most, "what is left below the ceiling")
	}
}

// Set again after an answer that was lost, a hog is set once, and goes with its undo.
func TestHogIsSetAgain(t *testing.T) {
	c := cluster(t, sized("a", "one"), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "x"}})
	f := parsed(t, `hog: {namespace: x, memory: 70Mi}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, f.Set(t.Context(), c, before))
	}
	require.NoError(t, f.Undo(t.Context(), c, before))
	_, err = c.Kubernetes.AppsV1().Deployments("x").Get(t.Context(), "hog-memory", metav1.GetOptions{})
	require.ErrorContains(t, err, "not found")
}

// Whoever has a Deployment with the name of a hog's keeps it.
func TestHogLeavesOthersAlone(t *testing.T) {
	c := cluster(t, sized("a", "one"), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "x"}},
		&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "x", Name: "hog-memory"}})
	f := parsed(t, `hog: {namespace: x, memory: 70Mi}`)
	before, err := f.Prepare(t.Context(), c)
	require.NoError(t, err)
	require.ErrorContains(t, f.Set(t.Context(), c, before), "create Deployment x/hog-memory: it is there already and not of drill test")
	require.NoError(t, f.Undo(t.Context(), c, before))
	_, err = c.Kubernetes.AppsV1().Deployments("x").Get(t.Context(), "hog-memory", metav1.GetOptions{})
	require.NoError(t, err)
}

func TestHogWithoutAnAnswer(t *testing.T) {
	c := cluster(t, sized("a", "one"), &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{
		Namespace: "x", Name: "hog-memory", Labels: map[string]string{drillLabel: "test"}, Annotations: map[string]string{takingNote: "much"},
	}})
	_, err := parsed(t, `hog: {namespace: x, memory: 70Mi}`).Prepare(t.Context(), c)
	require.ErrorContains(t, err, "read the annotation firedrill.io/taking of Deployment x/hog-memory")
}
