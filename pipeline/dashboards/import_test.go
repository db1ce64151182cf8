package dashboards

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

// fresh is a Grafana without the folder.
func fresh(operation string, body map[string]any) (int, string) {
	switch operation {
	case "getFolderByUID":
		return http.StatusNotFound, `{"message": "folder not found"}`
	case "createFolder":
		return http.StatusOK, fmt.Sprintf(`{"uid": %q, "title": %q}`, body["uid"], body["title"])
	default:
		d := body["dashboard"].(map[string]any)
		return http.StatusOK, fmt.Sprintf(`{"id": 7, "uid": %q, "title": "x", "status": "success", "version": 3, "url": "/d/%s/x"}`, d["uid"], d["uid"])
	}
}

func TestImportCreatesTheFolderAndSavesEveryDashboard(t *testing.T) {
	var saved []map[string]any
	c := newContract(t, func(operation string, body map[string]any) (int, string) {
		if operation == "postDashboard" {
			saved = append(saved, body)
		}
		return fresh(operation, body)
	})
	var events []event.Event
	result, err := Import(t.Context(), Options{
		Dir: filepath.Join("testdata", "good"), URL: c.URL, Folder: "Fire drill", User: "admin", Password: "secret",
		Sink: func(e event.Event) { events = append(events, e) },
	})
	require.NoError(t, err)
	require.Empty(t, c.broken)
	require.Equal(t, []string{"GET /folders/{folder_uid}", "POST /folders", "POST /dashboards/db", "POST /dashboards/db"}, c.asked)
	require.Equal(t, Result{Folder: "Fire drill", Dashboards: []Imported{
		{File: filepath.Join("testdata", "good", "api.json"), UID: "api", Title: "Api", URL: "/d/api/x", Version: 3},
		{File: filepath.Join("testdata", "good", "website.json"), UID: "website", Title: "Website", URL: "/d/website/x", Version: 3},
	}}, result)
	require.Equal(t, true, saved[0]["overwrite"])
	require.Equal(t, "fire-drill", saved[0]["folderUid"])
	require.Equal(t, "Basic YWRtaW46c2VjcmV0", c.headers.Get("Authorization"))
	require.Len(t, events, 4)
	require.Equal(t, event.Passed, events[3].State)
}

func TestImportUsesTheFolderThatIsThere(t *testing.T) {
	c := newContract(t, func(operation string, body map[string]any) (int, string) {
		if operation == "getFolderByUID" {
			return http.StatusOK, `{"uid": "firedrill", "title": "firedrill"}`
		}
		return fresh(operation, body)
	})
	_, err := Import(t.Context(), Options{Dir: filepath.Join("testdata", "good"), URL: c.URL + "/", Token: "t"})
	require.NoError(t, err)
	require.Empty(t, c.broken)
	require.NotContains(t, c.asked, "POST /folders")
	require.Equal(t, "Bearer t", c.headers.Get("Authorization"))
}

func TestImportTellsWhatGrafanaSaid(t *testing.T) {
	c := newContract(t, func(operation string, body map[string]any) (int, string) {
		if d, ok := body["dashboard"].(map[string]any); ok && d["uid"] == "api" {
			return http.StatusPreconditionFailed, `{"message": "a dashboard with the same name exists", "status": "name-exists"}`
		}
		return fresh(operation, body)
	})
	result, err := Import(t.Context(), Options{Dir: filepath.Join("testdata", "good"), URL: c.URL})
	require.EqualError(t, err, fmt.Sprintf("%s: save dashboard %q in Grafana at %s: status 412: a dashboard with the same name exists",
		filepath.Join("testdata", "good", "api.json"), "Api", c.URL))
	require.Len(t, result.Dashboards, 1, "the other dashboard must be imported all the same")
}

func TestImportNamesAnAnswerThatIsNotDescribed(t *testing.T) {
	server := newContract(t, func(string, map[string]any) (int, string) { return http.StatusBadGateway, `{}` })
	_, err := Import(t.Context(), Options{Dir: filepath.Join("testdata", "good"), URL: server.URL})
	require.ErrorContains(t, err, "status 418")
}

func TestImportSendsNothingWhenAFileIsWrong(t *testing.T) {
	c := newContract(t, fresh)
	dir := t.TempDir()
	good, err := os.ReadFile(filepath.Join("testdata", "good", "website.json"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.json"), good, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.json"), []byte("{}"), 0o644))
	_, err = Import(t.Context(), Options{Dir: dir, URL: c.URL})
	require.ErrorContains(t, err, "b.json:1:1: no uid")
	require.Empty(t, c.asked)
}

func TestImportRefusesAnAddressThatIsNone(t *testing.T) {
	_, err := Import(t.Context(), Options{Dir: filepath.Join("testdata", "good"), URL: "grafana:3000"})
	require.ErrorContains(t, err, `"grafana:3000" is not of the form http://host:port`)
}
