package drill

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/drill/fault"
)

func TestUsesTool(t *testing.T) {
	with := func(s fault.Spec) Drill { return Drill{Faults: []fault.Spec{s}} }
	require.False(t, with(fault.Spec{Scale: &fault.Scale{}}).UsesTool())
	require.False(t, with(fault.Spec{Create: &fault.Create{Manifests: "kind: Secret"}}).UsesTool())
	require.True(t, with(fault.Spec{Create: &fault.Create{Manifests: "image: {{ .Image }}"}}).UsesTool())
	require.True(t, with(fault.Spec{Hog: &fault.Hog{}}).UsesTool())
	require.True(t, Drill{Setup: []fault.Spec{{Fill: &fault.Fill{}}}}.UsesTool())
}
