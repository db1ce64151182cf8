package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill"
)

// The report knows no step; that it knows these items by the same names is seen here.
func TestTheItemsThatAreNoDrillsAreTheDrills(t *testing.T) {
	require.Equal(t, drill.QuietBefore, quietBefore)
	require.Equal(t, drill.QuietAfter, quietAfter)
}
