package cluster

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReservedNodesComeLastAndAreTainted(t *testing.T) {
	c := kindConfig(Config{Name: "run", Nodes: 2, Reserved: 1})
	require.Len(t, c.Nodes, 3)
	require.Contains(t, c.Nodes[0].KubeadmConfigPatches[0], "taints: []", "the control plane takes pods")
	require.Empty(t, c.Nodes[1].KubeadmConfigPatches)
	require.Equal(t, map[string]string{Reserved: "true"}, c.Nodes[2].Labels)
	require.Contains(t, c.Nodes[2].KubeadmConfigPatches[0], "key: "+Reserved)
	require.Empty(t, kindConfig(Config{Name: "run", Nodes: 1}).Nodes[0].KubeadmConfigPatches, "kind takes the only node's taint away")
}

func TestReservedNodesAreNamedAsKindDoes(t *testing.T) {
	require.Equal(t, []string{"run-worker", "run-worker2"}, reservedNames(Config{Name: "run", Nodes: 1, Reserved: 2}))
	require.Equal(t, []string{"run-worker3"}, reservedNames(Config{Name: "run", Nodes: 3, Reserved: 1}))
}

func TestReservedNodesGetOnlyWhatRunsThere(t *testing.T) {
	f := &fakeEngine{}
	c := &Cluster{Name: "c", Nodes: []string{"n", "spare"}, Reserved: []string{"spare"}, engine: engine{podman, f}}
	images := []Image{{Name: "a:1", Digest: "sha256:a"}, {Name: "b:1", Digest: "sha256:b", Everywhere: true}}
	err := c.Load(t.Context(), images, func(w io.Writer, names []string) error {
		_, err := io.WriteString(w, strings.Join(names, " "))
		return err
	}, nil)
	require.NoError(t, err)
	require.Equal(t, map[string]string{
		"exec --interactive n ctr --namespace=k8s.io images import --local --all-platforms -":     "a:1 b:1",
		"exec --interactive spare ctr --namespace=k8s.io images import --local --all-platforms -": "b:1",
	}, f.fed)
}

func TestNodesArePausedOnce(t *testing.T) {
	f := &fakeEngine{answers: map[string]string{"inspect": "running"}}
	c := &Cluster{Name: "c", Nodes: []string{"n"}, engine: engine{podman, f}}
	require.NoError(t, c.Pause(t.Context(), "n"))
	require.Contains(t, f.calls, "pause n")

	f = &fakeEngine{answers: map[string]string{"inspect": "paused"}}
	c.engine.runner = f
	require.NoError(t, c.Pause(t.Context(), "n"))
	require.NotContains(t, f.calls, "pause n")
	require.NoError(t, c.Unpause(t.Context(), "n"))
	require.Contains(t, f.calls, "unpause n")
}

func TestContainersOfOthersAreLeftAlone(t *testing.T) {
	f := &fakeEngine{}
	c := &Cluster{Name: "c", Nodes: []string{"c-control-plane"}, engine: engine{podman, f}}
	_, err := c.Exec(t.Context(), "database", "true")
	require.EqualError(t, err, `cluster c has no node "database"; it has c-control-plane`)
	require.Error(t, c.Pause(t.Context(), "database"))
	require.Empty(t, f.calls)
}

func TestEveryNodeHasALimitedVolume(t *testing.T) {
	f := &fakeEngine{}
	c := &Cluster{Name: "c", Nodes: []string{"n1", "n2"}, engine: engine{podman, f}}
	require.NoError(t, c.limit(t.Context()))
	require.Len(t, f.calls, 2)
	require.Contains(t, strings.Join(f.calls, "\n"), "exec n2 sh -c mkdir -p /var/firedrill/limited && mount -t tmpfs -o size=64m")
}

func TestDeleteUnpausesFirst(t *testing.T) {
	f := &fakeEngine{answers: map[string]string{"network ls": "run\n", "ps": "0123456789ab\n"}}
	require.ErrorContains(t, Delete(t.Context(), f, podman, "firedrill.run", "run"), "keeps coming back")
	require.Less(t, slices.Index(f.calls, "unpause 0123456789ab"), slices.Index(f.calls, "kill 0123456789ab"), f.calls)
}
