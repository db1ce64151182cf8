package plan_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

func TestTheBaseComesFromTheMirrorTheWayAllImagesDo(t *testing.T) {
	require.Equal(t, plan.Image, plan.BaseOf(""))
	require.Equal(t, "r.example:5000/m/"+plan.Image, plan.BaseOf("r.example:5000/m"))
}

func TestLoginIsForTheMirrorsHost(t *testing.T) {
	require.JSONEq(t, `{"auths": {"r.example:5000": {"auth": "bWU6cDp3"}}}`, plan.Login("r.example:5000/m", "me", "p:w"))
}

func TestReach(t *testing.T) {
	require.NoError(t, plan.Reach(t.Context(), ""))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	mirror := listener.Addr().String() + "/prefix"
	require.NoError(t, plan.Reach(t.Context(), mirror))

	require.NoError(t, listener.Close())
	err = plan.Reach(t.Context(), mirror)
	require.ErrorContains(t, err, "registry mirror "+mirror+": the Dagger engine's containers cannot reach it: ")
	require.ErrorContains(t, err, "connection refused")
}
