package ci_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/client-go/kubernetes/scheme"

	"firedrill/pipeline"
	"firedrill/pipeline/cluster"
)

var podText = regexp.MustCompile(`(?s)(\w+) = '''\n(apiVersion: v1\nkind: Pod\n.*?)'''`)

// pods are the pod templates in the Jenkinsfile, by their names there.
func pods(t *testing.T) map[string]*corev1.Pod {
	t.Helper()
	text, _ := jenkinsfile(t)
	strict := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, json.SerializerOptions{Yaml: true, Strict: true})
	all := map[string]*corev1.Pod{}
	for _, match := range podText.FindAllStringSubmatch(text, -1) {
		object, _, err := strict.Decode([]byte(match[2]), nil, nil)
		require.NoError(t, err, match[1])
		all[match[1]] = object.(*corev1.Pod)
	}
	require.Len(t, all, 2)
	return all
}

func containers(pod *corev1.Pod) []corev1.Container {
	return append(pod.Spec.InitContainers, pod.Spec.Containers...)
}

func TestPodsAreBounded(t *testing.T) {
	for name, pod := range pods(t) {
		for _, c := range containers(pod) {
			require.Regexp(t, `^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$`, c.Image, name)
			for _, amount := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
				require.False(t, c.Resources.Requests.Name(amount, "").IsZero(), "%s: %s requests no %s", name, c.Name, amount)
				require.False(t, c.Resources.Limits.Name(amount, "").IsZero(), "%s: %s has no limit of %s", name, c.Name, amount)
			}
		}
	}
}

func TestOneContainerIsPrivilegedAndItIsSaid(t *testing.T) {
	var found []string
	for name, pod := range pods(t) {
		for _, c := range containers(pod) {
			if s := c.SecurityContext; s != nil && s.Privileged != nil && *s.Privileged {
				found = append(found, name+"/"+c.Name)
			}
		}
	}
	require.Equal(t, []string{"KIND_POD/docker"}, found)
	text, _ := jenkinsfile(t)
	before, _, _ := strings.Cut(text, "KIND_POD = ")
	require.Contains(t, before, "the container `docker` is privileged")
}

// Who makes the cluster has its engine in another container, which is told paths:
// those of the runs' folders must lead to the same files there.
func TestTheEngineHasTheFilesOfTheRuns(t *testing.T) {
	pod := pods(t)["KIND_POD"]
	runner, engine := containerOf(t, pod, "go"), containerOf(t, pod, "docker")
	for _, v := range runner.Env {
		t.Setenv(v.Name, v.Value)
	}
	require.False(t, cluster.Engine{Name: "docker"}.Elsewhere(), "it would be given copies")
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	shared := mountAt(t, runner, cache)
	require.Equal(t, shared, mountAt(t, engine, cache))
	require.NotNil(t, volumeOf(t, pod, shared.Name).EmptyDir, "a node's folder would stay when the pod ends")
}

func containerOf(t *testing.T, pod *corev1.Pod, name string) corev1.Container {
	t.Helper()
	i := slices.IndexFunc(pod.Spec.Containers, func(c corev1.Container) bool { return c.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return pod.Spec.Containers[i]
}

func mountAt(t *testing.T, c corev1.Container, path string) corev1.VolumeMount {
	t.Helper()
	i := slices.IndexFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == path })
	require.GreaterOrEqual(t, i, 0, "container %s mounts nothing at %s", c.Name, path)
	return c.VolumeMounts[i]
}

func volumeOf(t *testing.T, pod *corev1.Pod, name string) corev1.Volume {
	t.Helper()
	i := slices.IndexFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return pod.Spec.Volumes[i]
}

func TestThePodOnItsOwnClusterIsConfined(t *testing.T) {
	pod := pods(t)["OWN_CLUSTER_POD"]
	require.True(t, *pod.Spec.SecurityContext.RunAsNonRoot)
	require.Equal(t, corev1.SeccompProfileTypeRuntimeDefault, pod.Spec.SecurityContext.SeccompProfile.Type)
	for _, c := range containers(pod) {
		require.True(t, *c.SecurityContext.ReadOnlyRootFilesystem)
		require.False(t, *c.SecurityContext.AllowPrivilegeEscalation)
		require.Equal(t, []corev1.Capability{"ALL"}, c.SecurityContext.Capabilities.Drop)
	}
}
