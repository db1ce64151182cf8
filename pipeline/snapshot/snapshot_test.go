package snapshot

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/internal/golden"
)

func TestTake(t *testing.T) {
	s, err := Take(t.Context(), deployment(t, "first"))
	require.NoError(t, err)
	var text strings.Builder
	for _, part := range slices.Sorted(maps.Keys(s)) {
		for _, name := range slices.Sorted(maps.Keys(s[part])) {
			text.WriteString("=== " + part + ", " + name + "\n" + s[part][name])
		}
	}
	golden.Equal(t, filepath.Join("testdata", "snapshot.txt"), text.String())
	for _, secret := range []string{"password-one", "cGFzc3dvcmQtb25l", "fixed-value", "Zml4ZWQtdmFsdWU", "env-secret", "grafana-password"} {
		require.NotContains(t, text.String(), secret)
	}
}

// TestASecondDeploymentIsTheSame: all that the cluster made up is other.
func TestASecondDeploymentIsTheSame(t *testing.T) {
	first, err := Take(t.Context(), deployment(t, "first"))
	require.NoError(t, err)
	second, err := Take(t.Context(), deployment(t, "second"))
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.NotEqual(t, read(t, "first", "objects.yaml"), read(t, "second", "objects.yaml"))
}

// TestObjectsOfOneName: a release may have them in several namespaces, and each
// of them is told apart, whichever Helm gives first.
func TestObjectsOfOneName(t *testing.T) {
	for range 20 { // Helm's own order is that of a map
		s, err := Take(t.Context(), deployment(t, "first"))
		require.NoError(t, err)
		require.Contains(t, s[Manifests]["web: Service/web"], "port: 80")
		require.Contains(t, s[Manifests]["web: ingress/Service/web"], "externalName: web.monitoring.svc")
	}
}

func TestASecretThatChangedShowsWithoutBeingShown(t *testing.T) {
	o := deployment(t, "second")
	o.Policy = nil
	second, err := Take(t.Context(), o)
	require.NoError(t, err)
	first := deployment(t, "first")
	first.Policy = nil
	before, err := Take(t.Context(), first)
	require.NoError(t, err)
	require.NotEqual(t, before[Objects]["monitoring: Secret/web"], second[Objects]["monitoring: Secret/web"])
	require.NotEqual(t, before[Manifests]["web: Secret/web"], second[Manifests]["web: Secret/web"])

	first.Salt = NewSalt()
	other, err := Take(t.Context(), first)
	require.NoError(t, err)
	require.NotEqual(t, before[Objects]["monitoring: Secret/web"], other[Objects]["monitoring: Secret/web"], "one salt says nothing of another")
}

// TestAChangeThatIsMeantShows, in every part.
func TestAChangeThatIsMeantShows(t *testing.T) {
	before, err := Take(t.Context(), deployment(t, "first"))
	require.NoError(t, err)
	o := deployment(t, "first")
	pod, err := o.Kubernetes.CoreV1().Pods("kube-system").Get(t.Context(), "dns", metav1.GetOptions{})
	require.NoError(t, err)
	pod.Status.ContainerStatuses[0].ImageID = "sha256:44"
	_, err = o.Kubernetes.CoreV1().Pods("kube-system").UpdateStatus(t.Context(), pod, metav1.UpdateOptions{})
	require.NoError(t, err)
	after, err := Take(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, "sha256:33\n", before[Images]["kube-system: example.org/dns:1"])
	require.Equal(t, "sha256:44\n", after[Images]["kube-system: example.org/dns:1"])
}

func TestWhatCannotBeTakenIsNamed(t *testing.T) {
	o := deployment(t, "first")
	o.Releases = append(o.Releases, Release{"shop", "demo"})
	o.Grafana.Password = "wrong-one"
	require.NoError(t, addPod(t, o, corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "new", Namespace: "demo"},
		Status:     corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{Name: "main"}}},
	}))
	_, err := Take(t.Context(), o)
	require.ErrorContains(t, err, "manifests: release shop in namespace demo: ")
	require.ErrorContains(t, err, "rules: ask Grafana for its rules: GET /api/ruler/grafana/api/v1/rules: 401 Unauthorized")
	require.ErrorContains(t, err, "images: pod demo/new: container main has not started: there is no digest of its image yet")
	require.NotContains(t, err.Error(), "wrong-one")
}

func addPod(t *testing.T, o Options, pod corev1.Pod) error {
	t.Helper()
	_, err := o.Kubernetes.CoreV1().Pods(pod.Namespace).Create(t.Context(), &pod, metav1.CreateOptions{})
	return err
}

func TestWithoutServersThereAreNoRules(t *testing.T) {
	o := deployment(t, "first")
	o.Rulers, o.Grafana = nil, nil
	s, err := Take(t.Context(), o)
	require.NoError(t, err)
	require.Empty(t, s[Rules])
}
