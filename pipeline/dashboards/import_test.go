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

func TestImportCreatesTheFolderAndSavesEveryDashboard(t *testing.T) {
	m := newMemory(t)
	var events []event.Event
	result, err := Import(t.Context(), Options{
		Dir: good, URL: m.URL, Folder: "Fire drill", User: "admin", Password: "secret",
		Sink: func(e event.Event) { events = append(events, e) },
	})
	require.NoError(t, err)
	require.Equal(t, []string{
		"GET /datasources", "GET /search", "GET /dashboards/uid/{uid}", "GET /dashboards/uid/{uid}",
		"GET /folders/{folder_uid}", "POST /folders", "POST /dashboards/db", "POST /dashboards/db",
	}, m.asked)
	require.Equal(t, Result{Folder: "Fire drill", Dashboards: []Imported{
		{File: filepath.Join(good, "api.json"), UID: "api", Title: "Api", URL: "/d/api/x", Version: 1},
		{File: filepath.Join(good, "website.json"), UID: "website", Title: "Website", URL: "/d/website/x", Version: 1},
	}}, result)
	require.Equal(t, map[string]string{"api": "fire-drill", "website": "fire-drill"}, m.in)
	require.Equal(t, "Basic YWRtaW46c2VjcmV0", m.headers.Get("Authorization"))
	require.Len(t, events, 4)
	require.Equal(t, event.Passed, events[3].State)
}

func TestImportUsesTheFolderThatIsThere(t *testing.T) {
	m := newMemory(t)
	m.folders["firedrill"] = "firedrill"
	_, err := Import(t.Context(), Options{Dir: good, URL: m.URL + "/", Token: "t"})
	require.NoError(t, err)
	require.NotContains(t, m.asked, "POST /folders")
	require.Equal(t, "Bearer t", m.headers.Get("Authorization"))
}

func TestARefusedImportLeavesNothing(t *testing.T) {
	m := newMemory(t)
	m.refuse = "website" // the second one
	result, err := Import(t.Context(), m.options(good))
	require.EqualError(t, err, fmt.Sprintf("%s: save dashboard %q in Grafana at %s: status 412: a dashboard with the same name exists",
		filepath.Join(good, "website.json"), "Website", m.URL))
	require.Empty(t, result)
	require.Empty(t, m.dashboards)
	require.Empty(t, m.folders)
}

func TestARefusedImportPutsBackWhatWasThere(t *testing.T) {
	m := newMemory(t)
	m.folders["firedrill"] = "firedrill"
	m.dashboards["api"] = map[string]any{"uid": "api", "title": "Old api", "version": 4.0, "id": 3.0}
	m.in["api"] = "elsewhere"
	m.refuse = "website"
	_, err := Import(t.Context(), m.options(good))
	require.ErrorContains(t, err, "status 412")
	require.Equal(t, "Old api", m.dashboards["api"]["title"])
	require.Equal(t, "elsewhere", m.in["api"])
	require.Equal(t, "firedrill", m.folders["firedrill"], "a folder that was there must stay")
	require.Equal(t, "put back by firedrill, whose import failed", m.messages[len(m.messages)-1])
}

func TestARefusedImportSaysWhatItCouldNotPutBack(t *testing.T) {
	m := newMemory(t)
	m.refuse, m.refuseUndo = "website", true
	_, err := Import(t.Context(), m.options(good))
	require.ErrorContains(t, err, "status 412")
	require.ErrorContains(t, err, `part of the import is left in Grafana, it could not be put back: delete dashboard "website"`)
	require.ErrorContains(t, err, `delete dashboard "api" in Grafana at `+m.URL+": status 403: no way")
}

// nothing must have been changed in a Grafana.
func (m *memory) untouched(t *testing.T) {
	t.Helper()
	for _, asked := range m.asked {
		require.Regexp(t, "^GET ", asked)
	}
}

func TestImportWantsTheDataSources(t *testing.T) {
	tests := map[string]struct{ sources, want string }{
		"none of the type": {`[{"uid": "l", "name": "Loki", "type": "loki"}]`, "website.json:71:9: variable $metrics wants a data source of type prometheus, and Grafana at "},
		"another one": {
			`[{"uid": "mimir", "name": "Mimir", "type": "prometheus"}]`,
			`website.json:68:11: variable $metrics starts with the data source "prometheus", which Grafana at `,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMemory(t)
			m.sources = test.sources
			_, err := Import(t.Context(), m.options(good))
			require.ErrorContains(t, err, test.want)
			m.untouched(t)
		})
	}
}

func TestImportOverwritesNoOtherDashboard(t *testing.T) {
	m := newMemory(t)
	m.dashboards["handmade"] = map[string]any{"uid": "handmade", "title": "website"}
	m.in["handmade"] = "firedrill"
	_, err := Import(t.Context(), m.options(good))
	require.ErrorContains(t, err, `website.json:90:3: the folder "firedrill" of Grafana at `+m.URL+` has a dashboard "website" already, with the uid "handmade"`)
	m.untouched(t)
}

func TestImportNamesAnAnswerThatIsNotDescribed(t *testing.T) {
	server := newContract(t, func(call) (int, string) { return http.StatusBadGateway, `{}` })
	_, err := Import(t.Context(), Options{Dir: good, URL: server.URL})
	require.ErrorContains(t, err, "status 418")
}

func TestImportSendsNothingWhenAFileIsWrong(t *testing.T) {
	m := newMemory(t)
	dir := copied(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.json"), []byte("{}"), 0o644))
	_, err := Import(t.Context(), m.options(dir))
	require.ErrorContains(t, err, "b.json:1:1: no uid")
	require.Empty(t, m.asked)
}

func TestImportRefusesAnAddressThatIsNone(t *testing.T) {
	for _, url := range []string{"grafana:3000", "127.0.0.1:3000", "/grafana"} {
		_, err := Import(t.Context(), Options{Dir: good, URL: url})
		require.EqualError(t, err, fmt.Sprintf("address of Grafana: %q is not of the form http://host:port", url))
	}
}

func TestARefusedCallerLearnsWhatToGive(t *testing.T) {
	for status, want := range map[int]string{
		http.StatusUnauthorized: "status 401: no; give it the token of one of its service accounts, in GRAFANA_TOKEN",
		http.StatusForbidden:    "status 403: no; the service account of the token needs the role Editor",
	} {
		server := newContract(t, func(call) (int, string) { return status, `{"message": "no"}` })
		_, err := Import(t.Context(), Options{Dir: good, URL: server.URL, Token: "t"})
		require.EqualError(t, err, "list the data sources in Grafana at "+server.URL+": "+want)
	}
}
