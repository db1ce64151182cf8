package deploy

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/pipeline/strict"
)

const enforce = "pod-security.kubernetes.io/enforce"

func labelsOf(t *testing.T, d *deployer, name string) map[string]string {
	t.Helper()
	found, err := d.cluster.Client.CoreV1().Namespaces().Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	return found.Labels
}

// Namespaces are confined before anything runs there, those of no release too,
// and again when what is said of them changes.
func TestNamespacesAreConfined(t *testing.T) {
	d, _ := fakeDeployer(t, Options{}, deployment("site", true))
	d.Namespaces = []Namespace{{Name: "demo", Security: "restricted"}, {Name: "beside", Security: "privileged", Because: "it must"}}
	again(t, d, site)
	require.Equal(t, "restricted", labelsOf(t, d, "demo")[enforce])
	require.Equal(t, "r1", labelsOf(t, d, "demo")["firedrill/run"])
	require.Equal(t, "privileged", labelsOf(t, d, "beside")[enforce])
	require.Equal(t, "restricted", labelsOf(t, d, "beside")["pod-security.kubernetes.io/warn"])

	d.Namespaces[0].Security = "baseline"
	again(t, d, site)
	require.Equal(t, "baseline", labelsOf(t, d, "demo")[enforce])
	require.Equal(t, "r1", labelsOf(t, d, "demo")["firedrill/run"])
}

func TestNamespacesOfOthersKeepTheirLabels(t *testing.T) {
	d, _ := fakeDeployer(t, Options{}, deployment("site", true))
	_, err := d.cluster.Client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "demo"}}, metav1.CreateOptions{})
	require.NoError(t, err)
	d.Namespaces = []Namespace{{Name: "demo", Security: "restricted"}}
	again(t, d, site)
	require.Empty(t, labelsOf(t, d, "demo"))
}

func TestEveryMistakeOfNamespacesIsTold(t *testing.T) {
	var list struct {
		Namespaces []Namespace `yaml:"namespaces"`
	}
	file, err := strict.Parse("f.yaml", []byte(`namespaces:
  - {name: Upper, security: restricted}
  - {name: a, security: strict}
  - {name: a, security: restricted}
  - {name: b, security: baseline, because: " "}
  - {name: c, security: privileged, because: it must}
`), &list)
	require.NoError(t, err)
	ValidateNamespaces(file, "namespaces", list.Namespaces)
	require.EqualError(t, file.Err(), `f.yaml:2:12: namespaces[0].name: "Upper" cannot be a namespace: at most 63 lower case letters, digits and hyphens
f.yaml:3:25: namespaces[1].security: "strict" is no level; there are: restricted, baseline, privileged
f.yaml:4:12: namespaces[2].name: "a" is the name of namespaces[1] already; say all of a namespace once
f.yaml:5:44: namespaces[3].because: is missing; say why the pods of b must be allowed more than restricted`)
}
