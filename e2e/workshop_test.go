//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A dashboard is changed in Grafana, exported, and all is torn down; after the
// next deployment the change is there.
func TestTheLoopOfAWorkshop(t *testing.T) {
	const name, changed = "e2e-workshop", "Changed by a person in the workshop."
	s := newSite(t)
	dir := copyOfDashboards(t)
	content := contentWith(t, dir)
	before := read(t, filepath.Join(dir, "website.json"))

	s.run("up", "--name", name, "--content", content)
	s.run("deploy", "--name", name, "--content", content)
	g := s.openGrafana(name, content)
	g.describeFirstPanel(changed)
	g.program.interrupt()
	require.Zero(t, g.program.wait(), g.program.stderr())
	s.run("dashboards", "export", "--name", name, "--content", content)
	requireOneLine(t, before, read(t, filepath.Join(dir, "website.json")), changed)
	s.run("down", "--name", name)

	s.run("up", "--name", name, "--content", content)
	s.run("deploy", "--name", name, "--content", content)
	g = s.openGrafana(name, content)
	require.Equal(t, changed, firstPanel(t, g.dashboard())["description"])
	g.program.interrupt()
	require.Zero(t, g.program.wait(), g.program.stderr())
	s.run("down", "--name", name)
	s.requireNothingLeft()
}

func copyOfDashboards(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dashboards")
	require.NoError(t, os.CopyFS(dir, os.DirFS("../dashboards")))
	return dir
}

// contentWith is the repository's firedrill.yaml with another folder of
// dashboards. It stands beside it, since paths are relative to it.
func contentWith(t *testing.T, dashboards string) string {
	t.Helper()
	text := read(t, "../firedrill.yaml")
	other := regexp.MustCompile(`(?m)^dashboards: .*$`).ReplaceAllString(text, "dashboards: "+dashboards)
	require.NotEqual(t, text, other)
	file, err := os.CreateTemp("..", "e2e-*.yaml")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.Remove(file.Name()) })
	_, err = file.WriteString(other)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	return filepath.Base(file.Name())
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// requireOneLine makes sure that git would show one changed line, with the text.
func requireOneLine(t *testing.T, before, after, text string) {
	t.Helper()
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	require.Len(t, is, len(was))
	var lines []string
	for i := range is {
		if is[i] != was[i] {
			lines = append(lines, is[i])
		}
	}
	require.Len(t, lines, 1, lines)
	require.Contains(t, lines[0], text)
}

// opened is Grafana as `firedrill open` makes it reachable.
type opened struct {
	t                   *testing.T
	program             *program
	url, user, password string
}

var access = regexp.MustCompile(`URL\s+(\S+)\nuser\s+(\S+)\npassword\s+(\S+)\n`)

func (s *site) openGrafana(name, content string) *opened {
	s.t.Helper()
	p := s.start("open", "grafana", "--name", name, "--content", content, "--no-browser")
	p.await(moment{"address of Grafana", func(p *program) bool { return access.MatchString(p.stderr()) }})
	m := access.FindStringSubmatch(p.stderr())
	return &opened{t: s.t, program: p, url: m[1], user: m[2], password: m[3]}
}

func (g *opened) call(method, path string, body any) map[string]any {
	g.t.Helper()
	status, said := g.ask(method, path, body)
	require.Equal(g.t, http.StatusOK, status, "%s %s: %s", method, path, said)
	var answer map[string]any
	require.NoError(g.t, json.Unmarshal(said, &answer))
	return answer
}

func (g *opened) ask(method, path string, body any) (status int, said []byte) {
	g.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(g.t, err)
	request, err := http.NewRequestWithContext(g.t.Context(), method, g.url+path, bytes.NewReader(text))
	require.NoError(g.t, err)
	request.SetBasicAuth(g.user, g.password)
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	require.NoError(g.t, err)
	defer response.Body.Close()
	said, err = io.ReadAll(response.Body)
	require.NoError(g.t, err)
	return response.StatusCode, said
}

func (g *opened) dashboard() map[string]any {
	g.t.Helper()
	return g.call(http.MethodGet, "/api/dashboards/uid/website", nil)
}

// describeFirstPanel is what a person does in a panel's settings. When its database
// is locked, Grafana tries to save by itself once more, and then takes its own first
// try for somebody else's: who is told so (412) looks again, and saves again.
func (g *opened) describeFirstPanel(text string) {
	g.t.Helper()
	var status int
	var said []byte
	for range 3 {
		stored := g.dashboard()
		firstPanel(g.t, stored)["description"] = text
		status, said = g.ask(http.MethodPost, "/api/dashboards/db", map[string]any{
			"dashboard": stored["dashboard"], "folderUid": stored["meta"].(map[string]any)["folderUid"],
		})
		if status != http.StatusPreconditionFailed {
			break
		}
		g.t.Logf("%s", said)
	}
	require.Equal(g.t, http.StatusOK, status, "%s", said)
}

// firstPanel is the first that is no row.
func firstPanel(t *testing.T, stored map[string]any) map[string]any {
	t.Helper()
	for _, p := range stored["dashboard"].(map[string]any)["panels"].([]any) {
		if panel := p.(map[string]any); panel["type"] != "row" {
			return panel
		}
	}
	require.FailNow(t, "the dashboard has no panel")
	return nil
}
