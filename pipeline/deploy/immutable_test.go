package deploy

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReplaceHint(t *testing.T) {
	// As Helm has it when the API server refuses two objects of a release.
	refused := errors.New(`cannot patch "loki" with kind StatefulSet: StatefulSet.apps "loki" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden` +
		` && cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: spec.selector: Invalid value: {}: field is immutable`)
	require.Equal(t, "\nan object that exists cannot be changed like that: delete it (kubectl -n logs delete statefulset loki)"+
		" and, for another storage, the volume claims that were made for it, then deploy again"+
		"\nan object that exists cannot be changed like that: delete it (kubectl -n logs delete deployment web), then deploy again",
		replaceHint("logs", refused))

	require.Empty(t, replaceHint("logs", errors.New(`cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be positive`)),
		"what is wrong in a new object too is not cured by another one")
}
