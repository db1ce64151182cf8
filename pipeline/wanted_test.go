package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/images"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/machine"
)

func TestRegistriesAreAskedOnceEach(t *testing.T) {
	specs := images.Specs{
		{Name: "quay.io/prometheus/prometheus:v3.9.1"},
		{Name: "quay.io/prometheus/alertmanager:v0.28.1"},
		{Name: "kindest/node:v1.36.3"},
		{Name: "localhost/firedrill/api:0.1.0"},
	}
	require.Equal(t, []string{"docker.io", "quay.io"}, registries("", specs), "nobody pulls what is only ever built here")
	require.Equal(t, []string{"mirror.example.com:5000"}, registries("mirror.example.com:5000/all", specs))
	require.Empty(t, registries("", images.Specs{{Name: "localhost/only:1"}}))
}

func TestImagesThatNobodyProvidesAreFoundBeforeAPodWaitsForThem(t *testing.T) {
	s, _ := running(t, "one", nil)
	s.images = []images.Image{{Name: "localhost/shop/web:1"}}
	require.EqualError(t, s.checkImages(), "image docker.io/shop/cart:2 is in no folder of testdata/site/images and no registry answers; "+
		"it is wanted by release web: Pod cart, container cart\n"+
		"image localhost/shop/wait:1 is in no folder of testdata/site/images and no registry answers; "+
		"it is wanted by release web: Pod web, container wait")

	s.images = append(s.images, images.Image{Name: "localhost/shop/wait:1"}, images.Image{Name: "docker.io/shop/cart:2"})
	require.NoError(t, s.checkImages())

	s.images = nil
	s.machine = &machine.Machine{Registry: true}
	require.NoError(t, s.checkImages(), "with a registry in reach the nodes pull what they lack")
}

func TestImagesArePartedIntoTheNodesAndThoseThatGoIntoIt(t *testing.T) {
	s, _ := running(t, "one", nil)
	s.images = []images.Image{
		{Name: "quay.io/prometheus/prometheus:v3.9.1", Digest: "sha256:1"},
		{Name: "registry.k8s.io/pause:3.10", Digest: "sha256:2", Within: "kindest/node:v1.36.3"},
		{Name: "docker.io/kindest/node:v1.36.3", Digest: "sha256:3"},
	}
	node, others, err := s.splitImages()
	require.NoError(t, err)
	require.Equal(t, "sha256:3", node.Digest)
	require.Equal(t, []cluster.Image{{Name: "quay.io/prometheus/prometheus:v3.9.1", Digest: "sha256:1"}}, others)

	s.specs = append(s.specs, spec.Spec{Name: "quay.io/prometheus/prometheus:v3.9.1", Host: true})
	_, others, err = s.splitImages()
	require.NoError(t, err)
	require.Empty(t, others, "what runs on the host is of no use in a node")

	s.images = s.images[:2]
	_, _, err = s.splitImages()
	require.EqualError(t, err, "no image in testdata/site/images is named kindest/node:VERSION: a cluster needs a node image")
}
