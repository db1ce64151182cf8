package fault

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGiven(t *testing.T) {
	require.Empty(t, Spec{}.Given())
	given := Spec{Scale: toZero()}.Given()
	require.Len(t, given, 1)
	require.Equal(t, "scale Deployment demo/website to 0", given["scale"].String())
}
