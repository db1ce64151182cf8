package cluster

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Nodes are killed before they are removed, and one that does not run any more,
// which cannot be killed, is removed all the same.
func TestDeleteKillsFirst(t *testing.T) {
	s := &fakeEngine{
		answers:  map[string]string{"network ls": "run\n", "ps": "0123456789ab\n"},
		failures: map[string]error{"kill": errors.New("container is not running")},
	}
	require.ErrorContains(t, Delete(t.Context(), s, podman, "firedrill.run", "run"), "keeps coming back")
	kill, rm := slices.Index(s.calls, "kill 0123456789ab"), slices.Index(s.calls, "rm --force --volumes 0123456789ab")
	require.NotEqual(t, -1, kill, s.calls)
	require.Less(t, kill, rm, s.calls)
}
