package deploy

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestRenderMergesValuesAndKeepsTheOrderOfInstallation(t *testing.T) {
	set := map[string]any{"replicas": uint64(3)}
	objects, err := Render("testdata", Release{Name: "site", Namespace: "demo", Chart: "web", Set: set})
	require.NoError(t, err)
	var kinds []string
	for _, o := range objects {
		kinds = append(kinds, o.GetKind()+" "+o.GetName())
	}
	require.Equal(t, []string{"ConfigMap site", "Deployment site"}, kinds)
	replicas, _, err := unstructured.NestedFieldNoCopy(objects[1].Object, "spec", "replicas")
	require.NoError(t, err)
	require.EqualValues(t, 3, replicas)
	require.Equal(t, map[string]any{"replicas": uint64(3)}, set, "the caller's values must not change")
}

func TestImagesFindsEveryPodSpecAndSaysWhere(t *testing.T) {
	images, err := Images("testdata", []Release{
		{Name: "site", Namespace: "demo", Chart: "web", Set: map[string]any{"hook": true}},
		{Name: "api", Namespace: "demo", Chart: "web", Set: map[string]any{"image": "localhost/api:1.0"}},
	})
	require.NoError(t, err)
	places := map[string][]string{}
	for image, uses := range images {
		for _, use := range uses {
			places[image] = append(places[image], use.String())
		}
	}
	require.Equal(t, map[string][]string{
		"localhost/api:1.0":   {"release api: Deployment api, container web"},
		"localhost/fill:2.0":  {"release api: Deployment api, container fill", "release site: Deployment site, container fill"},
		"localhost/job:4.0":   {"release site: Job site-fill, container fill"},
		"localhost/pages:3.0": {"release api: Deployment api, volume pages", "release site: Deployment site, volume pages"},
		"localhost/web:1.0":   {"release site: Deployment site, container web"},
	}, places)
}

func TestImagesNamesTheReleaseThatDoesNotRender(t *testing.T) {
	_, err := Images("testdata", []Release{{Name: "site", Namespace: "demo", Chart: "nowhere"}})
	require.ErrorContains(t, err, "release site: no chart folder")
}
