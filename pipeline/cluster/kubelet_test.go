package cluster

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// restarted is the journal of a kubelet that cannot start, as it was recorded.
const restarted = `E1122 22:41:04.720668    1941 kubelet.go:1821] "Failed to start ContainerManager" err="cgroup has some missing paths"
kubelet.service: Main process exited, code=exited, status=1/FAILURE
I1122 22:41:06.408207    1973 server.go:932] "Started"
E1122 22:41:06.438643    1973 kubelet_node_status.go:396] "Error getting the current node from lister"
`

func TestANodeThatIsNotReadySaysWhatItsKubeletSaid(t *testing.T) {
	notReady := errors.New("not ready")
	ask := func(f *fakeEngine, err error) error {
		c := &Cluster{Name: "c", Nodes: []string{"n"}, engine: engine{podman, f}}
		ctx, cancel := contextThatEnds(t)
		defer cancel()
		return c.withKubelet(ctx, "n", err)
	}
	journal := func(text string) *fakeEngine {
		return &fakeEngine{answers: map[string]string{"exec n journalctl": text}}
	}

	require.EqualError(t, ask(journal(restarted), notReady),
		`not ready; its kubelet said last: "Failed to start ContainerManager" err="cgroup has some missing paths"`)
	require.EqualError(t, ask(journal("I1122 a] \"Started\"\n"), notReady), "not ready")
	require.EqualError(t, ask(journal("I1 a] b\nE1 c.go:1] d\nI1 e] f\n"), notReady), "not ready; its kubelet said last: d")

	gone := &fakeEngine{failures: map[string]error{"exec n journalctl": errors.New("no such container")}}
	err := ask(gone, notReady)
	require.ErrorIs(t, err, notReady)
	require.ErrorContains(t, err, "no such container")

	healthy := &fakeEngine{}
	require.NoError(t, ask(healthy, nil))
	require.Empty(t, healthy.calls)
}
