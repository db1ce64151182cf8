package dashboards

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// memory is a Grafana that keeps dashboards, and says no when it is told to.
type memory struct {
	*contract
	mu         sync.Mutex
	folders    map[string]string
	dashboards map[string]map[string]any
	in         map[string]string // folder of a dashboard
	sources    string
	refuse     string // the dashboard with that uid
	refuseUndo bool
	messages   []string
}

const prometheus = `[{"uid": "prometheus", "name": "Prometheus", "type": "prometheus", "isDefault": true}]`

func newMemory(t *testing.T) *memory {
	t.Helper()
	m := &memory{folders: map[string]string{}, dashboards: map[string]map[string]any{}, in: map[string]string{}, sources: prometheus}
	m.contract = newContract(t, m.say)
	t.Cleanup(func() { require.Empty(t, m.broken) })
	return m
}

func (m *memory) options(dir string) Options { return Options{Dir: dir, URL: m.URL} }

func (m *memory) say(c call) (int, string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch c.operation {
	case "getDataSources":
		return http.StatusOK, m.sources
	case "getFolderByUID":
		if m.folders[c.last] == "" {
			return http.StatusNotFound, `{"message": "folder not found"}`
		}
		return http.StatusOK, fmt.Sprintf(`{"uid": %q, "title": %q}`, c.last, m.folders[c.last])
	case "createFolder":
		m.folders[c.body["uid"].(string)] = c.body["title"].(string)
		return http.StatusOK, fmt.Sprintf(`{"uid": %q, "title": %q}`, c.body["uid"], c.body["title"])
	case "deleteFolder":
		delete(m.folders, c.last)
		return http.StatusOK, `{"id": 1, "message": "deleted", "title": "x"}`
	case "postDashboard":
		return m.save(c)
	case "search":
		return http.StatusOK, m.hits()
	case "getDashboardByUID":
		return m.get(c.last)
	case "deleteDashboardByUID":
		if m.refuseUndo {
			return http.StatusForbidden, `{"message": "no way"}`
		}
		delete(m.dashboards, c.last)
		return http.StatusOK, `{"id": 1, "message": "deleted", "title": "x"}`
	}
	return http.StatusNotImplemented, `{}`
}

func (m *memory) save(c call) (int, string) {
	body := c.body
	d := whole(c.text)["dashboard"].(map[string]any)
	uid := d["uid"].(string)
	m.messages = append(m.messages, fmt.Sprint(body["message"]))
	if uid == m.refuse {
		return http.StatusPreconditionFailed, `{"message": "a dashboard with the same name exists", "status": "name-exists"}`
	}
	version := 1.0
	if before, ok := m.dashboards[uid]["version"].(float64); ok {
		version += before
	}
	d["version"], d["id"] = version, 7.0 // Grafana's own
	m.dashboards[uid] = d
	m.in[uid], _ = body["folderUid"].(string)
	return http.StatusOK, fmt.Sprintf(`{"id": 7, "uid": %q, "title": "x", "status": "success", "version": %v, "url": "/d/%s/x"}`, uid, version, uid)
}

// whole decodes numbers as Grafana does: as they are written.
func whole(text []byte) map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var body map[string]any
	_ = decoder.Decode(&body)
	return body
}

func (m *memory) hits() string {
	hits := []map[string]any{}
	for uid, d := range m.dashboards {
		hits = append(hits, map[string]any{"uid": uid, "title": d["title"], "type": "dash-db", "folderUid": m.in[uid]})
	}
	text, _ := json.Marshal(hits)
	return string(text)
}

func (m *memory) get(uid string) (int, string) {
	d, ok := m.dashboards[uid]
	if !ok {
		return http.StatusNotFound, `{"message": "Dashboard not found"}`
	}
	text, _ := json.Marshal(map[string]any{"dashboard": d, "meta": map[string]any{"folderUid": m.in[uid]}})
	return http.StatusOK, string(text)
}

var good = filepath.Join("testdata", "good")
