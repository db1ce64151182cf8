package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
	"sigs.k8s.io/yaml"

	"firedrill/internal/golden"
)

func TestKindConfig(t *testing.T) {
	golden.Equal(t, "testdata/kind.yaml", node{CgroupV1: true, RestrictOOM: true, OwnNetwork: true}.kindConfig())
}

// Whatever the machine is like, kind can read what is written for it.
func TestKindConfigIsKinds(t *testing.T) {
	for _, n := range []node{
		{}, {CgroupV1: true}, {RestrictOOM: true}, {OwnNetwork: true}, {CgroupV1: true, RestrictOOM: true, OwnNetwork: true},
	} {
		var c v1alpha4.Cluster
		require.NoError(t, yaml.UnmarshalStrict([]byte(n.kindConfig()), &c), "%+v", n)
		require.Equal(t, "Cluster", c.Kind)
		require.Equal(t, []v1alpha4.Node{{Role: v1alpha4.ControlPlaneRole}}, c.Nodes)
		require.Equal(t, n.OwnNetwork, c.Networking.DisableDefaultCNI)
		require.Len(t, c.KubeadmConfigPatches, count(n.CgroupV1))
		require.Len(t, c.ContainerdConfigPatches, count(n.RestrictOOM, n.OwnNetwork))
	}
}

func count(flags ...bool) (n int) {
	for _, f := range flags {
		if f {
			n++
		}
	}
	return n
}
