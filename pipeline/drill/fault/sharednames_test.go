package fault

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/tool/volume"
	nodes "firedrill/pipeline/cluster"
)

// Whoever makes the nodes and the tool's image calls these the same. Neither is
// imported by what is shipped: one brings kind along, the other a program's traces.
func TestNamesAreThoseOfTheClusterAndTheTool(t *testing.T) {
	require.Equal(t, nodes.Reserved, Reserved)
	require.Equal(t, volume.Path, mountPath)
}
