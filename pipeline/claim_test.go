package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestANameThatIsTakenIsNotClaimed(t *testing.T) {
	engine := holding("mine") // without a trace of it in the cache: somebody else's
	s, _ := running(t, "mine", engine)
	require.ErrorContains(t, s.sweep(t.Context(), nil), "which is not this run's: choose another --name")
	require.Equal(t, map[string]bool{"mine": true}, engine.networks)
	require.Empty(t, s.run.Engine())
}

func TestAKilledRunOfTheSameNameMakesRoom(t *testing.T) {
	engine := holding("mine")
	s, _ := running(t, "mine", engine)
	require.NoError(t, s.run.SetEngine("docker")) // by the killed one
	require.NoError(t, s.sweep(t.Context(), nil))
	require.Empty(t, engine.networks)
	require.Equal(t, []string{"mine"}, runsOf(t, s.options), "its folder is the new run's now")
	require.Equal(t, "docker", s.run.Engine())
}

// What a killed run has left is in the engine that it noted.
func TestAKilledRunMakesRoomInItsOwnEngine(t *testing.T) {
	engine := holding("mine")
	ctx, s := elsewhere(t, engine)
	require.ErrorContains(t, s.sweep(ctx, nil), "remove what the killed run mine left: inspect this machine: context canceled", "podman is looked for")
	require.Empty(t, engine.calls, "docker is not asked")
	require.Equal(t, "podman", s.run.Engine())
}

func TestOnlyARunOfThisProcessIsClaimed(t *testing.T) {
	engine := holding("kept")
	s, _ := running(t, "mine", engine)
	leave(t, s.options, "kept")
	s.run = s.options.runs().Open("kept") // as by `firedrill images load --name kept`
	require.NoError(t, s.run.Keep())
	require.NoError(t, s.sweep(t.Context(), nil))
	require.Equal(t, map[string]bool{"kept": true}, engine.networks)
}
