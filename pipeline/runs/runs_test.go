package runs_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/runs"
)

func TestNewRunIsBusyForOthersUntilRemoved(t *testing.T) {
	folders := runs.Folders(t.TempDir())
	r, err := folders.New("one")
	require.NoError(t, err)
	other := folders.Open("one")
	require.True(t, other.Busy())
	require.False(t, r.Busy(), "its own process is not another one")

	_, err = folders.New("one")
	require.ErrorContains(t, err, "another process works with it")

	require.NoError(t, r.Remove())
	require.NoDirExists(t, r.Dir)
	list, err := folders.List()
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestASharedRunIsBusyButOpenToOthersThatShareIt(t *testing.T) {
	folders := runs.Folders(t.TempDir())
	made, err := folders.New("one")
	require.NoError(t, err)
	one, other := folders.Open("one"), folders.Open("one")
	_, err = one.Share()
	require.ErrorContains(t, err, "another process works with it", "who made it works with it alone")
	require.NoError(t, os.Remove(made.Dir+"/lock")) // the process that made it ends

	first, err := one.Share()
	require.NoError(t, err)
	require.False(t, one.Mine())
	second, err := other.Share()
	require.NoError(t, err)
	require.True(t, folders.Open("one").Busy())
	first()
	_, err = one.Lock()
	require.ErrorContains(t, err, "another process works with it", "the other one does")
	second()
	require.False(t, one.Busy())
	unlock, err := one.Lock()
	require.NoError(t, err)
	unlock()
}

func TestKeptRunIsNotTakenOver(t *testing.T) {
	folders := runs.Folders(t.TempDir())
	kept, err := folders.New("mine")
	require.NoError(t, err)
	require.False(t, kept.Kept())
	require.NoError(t, kept.Keep())
	require.True(t, kept.Kept())
	// The process that made it ends: nobody holds the lock.
	require.NoError(t, os.Remove(kept.Dir+"/lock"))
	_, err = folders.New("mine")
	require.ErrorContains(t, err, "firedrill down --name mine")
}

func TestListIsSortedAndToleratesNoFolder(t *testing.T) {
	folders := runs.Folders(t.TempDir() + "/none/yet")
	list, err := folders.List()
	require.NoError(t, err)
	require.Empty(t, list)
	for _, name := range []string{"b", "a"} {
		_, err := folders.New(name)
		require.NoError(t, err)
	}
	list, err = folders.List()
	require.NoError(t, err)
	require.Equal(t, "a", list[0].Name)
	require.Equal(t, "b", list[1].Name)
}

func TestNames(t *testing.T) {
	folders := runs.Folders(t.TempDir())
	r, err := folders.New("")
	require.NoError(t, err)
	require.Regexp(t, `^firedrill-[0-9a-f]{6}$`, r.Name)
	for _, bad := range []string{"Up", "a/b", "..", "-a", "a-", "waytoolongforakubernetesnodenametobeafirstpart"} {
		_, err := folders.New(bad)
		require.ErrorContains(t, err, "run name", bad)
	}
}

func TestRunWithoutAFolderIsNotBusy(t *testing.T) {
	lost := runs.Folders(t.TempDir()).Open("gone")
	require.False(t, lost.Busy())
	require.False(t, lost.Kept())
	require.NoError(t, lost.Remove())
}

func TestMergedIsRemembered(t *testing.T) {
	r, err := runs.Folders(t.TempDir()).New("mine")
	require.NoError(t, err)
	require.False(t, r.Merged())
	require.NoError(t, r.Merge())
	require.True(t, r.Merged())
}

func TestEngineIsRememberedAfterTheProcess(t *testing.T) {
	folders := runs.Folders(t.TempDir())
	r, err := folders.New("mine")
	require.NoError(t, err)
	require.Empty(t, r.Engine())
	require.NoError(t, r.SetEngine("podman"))
	require.True(t, r.Mine())

	later := folders.Open("mine")
	require.Equal(t, "podman", later.Engine())
	require.False(t, later.Mine())
}
