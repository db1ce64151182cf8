package dashboards

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// copied is a folder with the good dashboards, to write to.
func copied(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(good)))
	return dir
}

func imported(t *testing.T, dir string) *memory {
	t.Helper()
	m := newMemory(t)
	_, err := Import(t.Context(), m.options(dir))
	require.NoError(t, err)
	return m
}

func TestImportAndExportGiveTheVeryFiles(t *testing.T) {
	dir := copied(t)
	api := filepath.Join(dir, "api.json")
	m := imported(t, dir)
	require.NoError(t, os.Remove(api))
	m.dashboards["other"], m.in["other"] = map[string]any{"uid": "other", "title": "Not ours"}, "elsewhere"
	done, err := Export(t.Context(), m.options(dir), false)
	require.NoError(t, err)
	require.Equal(t, []string{api}, done.Written)
	want, err := os.ReadFile(filepath.Join(good, "api.json"))
	require.NoError(t, err)
	have, err := os.ReadFile(api)
	require.NoError(t, err)
	require.Equal(t, string(want), string(have))

	done, err = Export(t.Context(), m.options(dir), false)
	require.NoError(t, err)
	require.Equal(t, Exported{Unchanged: done.Unchanged}, done)
}

// TestTheLoopOfAWorkshop: what is changed in Grafana survives its end.
func TestTheLoopOfAWorkshop(t *testing.T) {
	dir := copied(t)
	m := imported(t, dir)
	m.dashboards["website"]["title"] = "Our website"
	m.dashboards["fresh"], m.in["fresh"] = map[string]any{"uid": "fresh", "title": "Disk & inodes", "iteration": 5.0}, "firedrill"
	done, err := Export(t.Context(), m.options(dir), false)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "disk-inodes.json"), filepath.Join(dir, "website.json")}, done.Written)

	again := imported(t, dir)
	require.Equal(t, "Our website", again.dashboards["website"]["title"])
	require.Contains(t, again.dashboards, "fresh")
	require.NoError(t, Verify(t.Context(), again.options(dir)))
}

func TestADashboardThatIsGone(t *testing.T) {
	dir := copied(t)
	m := imported(t, dir)
	delete(m.dashboards, "api")
	file := filepath.Join(dir, "api.json")
	done, err := Export(t.Context(), m.options(dir), false)
	require.NoError(t, err)
	require.Equal(t, []string{file}, done.Gone)
	require.FileExists(t, file)
	done, err = Export(t.Context(), m.options(dir), true)
	require.NoError(t, err)
	require.Equal(t, []string{file}, done.Removed)
	require.NoFileExists(t, file)
}

func TestExportOfNothingWritesAndDeletesNothing(t *testing.T) {
	dir := copied(t)
	m := newMemory(t)
	_, err := Export(t.Context(), m.options(dir), true)
	require.EqualError(t, err, "export dashboards: Grafana at "+m.URL+` has none in the folder "firedrill"`)
	require.FileExists(t, filepath.Join(dir, "api.json"))
	_, err = Export(t.Context(), m.options(filepath.Join(dir, "none")), false)
	require.ErrorContains(t, err, "there is no folder")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.json"), []byte("{"), 0o644))
	_, err = Export(t.Context(), m.options(dir), false)
	require.ErrorContains(t, err, "b.json:1:1: not JSON")
}

func TestVerifyNamesTheFirstDifference(t *testing.T) {
	m := imported(t, good)
	m.dashboards["website"]["time"] = map[string]any{"from": "now-6h", "to": "now"}
	err := Verify(t.Context(), m.options(good))
	require.EqualError(t, err, filepath.Join(good, "website.json")+`:87:5: time.from is "now-1h" in the file and "now-6h" in Grafana at `+m.URL)

	m.dashboards["website"]["time"] = map[string]any{"from": "now-1h", "to": "now"}
	m.dashboards["website"]["refresh"] = "5s"
	delete(m.dashboards, "api")
	err = Verify(t.Context(), m.options(good))
	require.ErrorContains(t, err, `refresh is missing in the file and "5s" in Grafana`)
	require.ErrorContains(t, err, `has no dashboard with the uid "api"; import it`)
}
