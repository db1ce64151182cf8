package charts_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"

	"firedrill/pipeline"
	"firedrill/pipeline/certificates"
	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/deploy/restart"
)

// withoutProbes is what cert-manager's own chart does not give its pods.
var withoutProbes = []string{"cert-manager-controller", "cert-manager-cainjector"}

// The chart of cert-manager is not ours; what we set makes its pods keep to the
// policy all the same, and its images are those that are built here.
func TestCertManagerKeepsToThePolicy(t *testing.T) {
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	c, err := content.Load(t.Context(), "../firedrill.yaml", pipeline.Charts(cache))
	require.NoError(t, err)
	i := slices.IndexFunc(c.Releases, func(r deploy.Release) bool { return r.Name == "cert-manager" })
	rendered, err := deploy.Render(c.Dir, c.Releases[i])
	require.NoError(t, err)

	var known []runtime.Object
	crds := 0
	for _, u := range rendered {
		if u.GetKind() == "CustomResourceDefinition" {
			crds++
			continue
		}
		o, err := scheme.Scheme.New(u.GroupVersionKind())
		require.NoError(t, err)
		require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, o))
		known = append(known, o)
	}
	require.Equal(t, 6, crds)
	found := pods(known)
	require.Len(t, found, 3)
	images := knownImages(t)
	for name, w := range found {
		wrong := slices.DeleteFunc(violations(w, images), func(v string) bool {
			container, _, _ := strings.Cut(v, ":")
			return strings.HasSuffix(v, "probe is missing") && slices.Contains(withoutProbes, container)
		})
		require.Empty(t, wrong, name)
	}
	solver := slices.ContainsFunc(found["Deployment/cert-manager"].template.Spec.Containers[0].Args, func(arg string) bool {
		image, is := strings.CutPrefix(arg, "--acme-http01-solver-image=")
		return is && slices.Contains(images, image)
	})
	require.True(t, solver, "the image of the pods that answer challenges is built too")
	for name, w := range found {
		require.Equal(t, map[string]string{"Deployment/cert-manager": certificates.ReadTrust}[name], w.template.Annotations[restart.ReadsAtStart], name)
	}
}
