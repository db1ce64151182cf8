package cluster

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFreeRefusesNamesOfOthers(t *testing.T) {
	for _, c := range []struct {
		nodes, networks, want string
	}{
		{nodes: "", networks: "podman\nmine-too"},
		{nodes: "0123456789ab", networks: "podman\nkind", want: "a cluster named mine"},
		{nodes: "", networks: "podman\nmine", want: "a network named mine"},
	} {
		f := &fakeEngine{answers: map[string]string{"ps": c.nodes, "network ls": c.networks}}
		err := Free(t.Context(), f, podman, "mine")
		if c.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, c.want)
	}
	f := &fakeEngine{failures: map[string]error{"network ls": errors.New("cannot connect")}}
	require.ErrorContains(t, Free(t.Context(), f, podman, "mine"), "look for a network named mine: cannot connect")
}
