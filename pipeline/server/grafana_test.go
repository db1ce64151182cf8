package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// grafana serves the answers by path to the one user who may see them; a path
// that none is given for is not found.
func grafana(t *testing.T, answers map[string]string) *Grafana {
	t.Helper()
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		text, known := answers[r.URL.Path]
		switch {
		case user != "admin" || password != "secret":
			http.Error(w, `{"message":"Invalid username or password"}`, http.StatusUnauthorized)
		case !known:
			http.Error(w, `{"message":"Not found"}`, http.StatusNotFound)
		case text == "broken":
			http.Error(w, "no template", http.StatusInternalServerError)
		case text == "moved":
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		default:
			_, _ = w.Write([]byte(text))
		}
	}))
	t.Cleanup(listener.Close)
	g, err := NewGrafana(listener.URL, "admin", "secret")
	require.NoError(t, err)
	return g
}

const rulesPath = "/api/prometheus/grafana/api/v1/rules"

func TestManagedRule(t *testing.T) {
	g := grafana(t, map[string]string{rulesPath: read(t, "grafana_rules.json")})
	rule, err := g.Rule(t.Context(), "WebsiteDown")
	require.NoError(t, err)
	require.Equal(t, `probe_success{job="probe"} == 0`, rule.Query)
	require.Equal(t, 10*time.Second, rule.Interval)
	require.Equal(t, 4*time.Second, rule.For)
	require.Equal(t, "ok", rule.Health)
	require.Len(t, rule.Alarms, 3, "a series that is well is no alarm")
	require.Equal(t, "firing", rule.Alarms[0].State)
	require.Equal(t, "Alarms", rule.Alarms[0].Labels["grafana_folder"])
	require.Equal(t, time.Date(2026, 11, 22, 5, 40, 20, 0, time.UTC), rule.Alarms[0].ActiveAt)
	require.Equal(t, "pending", rule.Alarms[1].State)
	require.Equal(t, "firing", rule.Alarms[2].State, "an alarm that recovers has not ended")

	rule, err = g.Rule(t.Context(), "NeverEvaluated")
	require.NoError(t, err)
	require.Equal(t, "unknown", rule.Health)

	_, err = g.Rule(t.Context(), "Missing")
	require.EqualError(t, err, "Grafana: no Grafana-managed rule Missing")
}

func TestGrafanaAlarms(t *testing.T) {
	g := grafana(t, map[string]string{"/api/alertmanager/grafana/api/v2/alerts": read(t, "alerts.json")})
	alarms, err := g.Alarms(t.Context(), "WebsiteDown")
	require.NoError(t, err)
	require.Equal(t, []string{"inbox", "page"}, alarms[0].Receivers)

	_, err = grafana(t, nil).Alarms(t.Context(), "WebsiteDown")
	require.ErrorContains(t, err, "Grafana's Alertmanager: GET /api/v2/alerts: not found")
}

func TestGrafanaGroupWait(t *testing.T) {
	const path = "/api/v1/provisioning/policies"
	g := grafana(t, map[string]string{path: `{"receiver": "other", "group_wait": "5s",
		"routes": [{"receiver": "inbox", "object_matchers": [["a", "=", "b"]], "group_wait": "1s", "continue": true}]}`})
	wait, err := g.GroupWait(t.Context(), []string{"inbox"})
	require.NoError(t, err)
	require.Equal(t, time.Second, wait)
	_, err = g.GroupWait(t.Context(), []string{"nobody"})
	require.EqualError(t, err, "Grafana: its notification policies (/api/v1/provisioning/policies): no route leads to receiver [nobody]")
}

func TestDashboard(t *testing.T) {
	g := grafana(t, map[string]string{"/api/dashboards/uid/website": read(t, "dashboard.json")})
	d, err := g.Dashboard(t.Context(), "website")
	require.NoError(t, err)
	require.Equal(t, Dashboard{
		Title: "Website", Variables: []string{"metrics", "namespace"},
		Panels: map[string]string{"1": "Does it answer?", "2": "Causes", "3": "Pods"},
	}, d, "the panels of a folded row too")

	_, err = g.Dashboard(t.Context(), "shop")
	require.ErrorIs(t, err, ErrNoDashboard)
	require.ErrorContains(t, err, `Grafana: GET /api/dashboards/uid/shop: not found`)
}

func TestPage(t *testing.T) {
	g := grafana(t, map[string]string{"/d/website/website": "<html>", "/d/old/old": "moved", "/d/broken/broken": "broken"})
	require.NoError(t, g.Page(t.Context(), "d/website/website", nil))
	require.NoError(t, g.Page(t.Context(), "d/old/old", nil), "a redirect is an answer, and not followed")
	err := g.Page(t.Context(), "d/broken/broken", nil)
	require.EqualError(t, err, "Grafana: GET /d/broken/broken: 500 Internal Server Error: no template")

	apiOnly := grafana(t, map[string]string{"/d/website/website": ""})
	err = apiOnly.Page(t.Context(), "d/website/website", nil)
	require.ErrorIs(t, err, ErrNoPages)
	require.EqualError(t, err, "this Grafana has no web pages: GET /d/website/website: 200 OK and nothing else")
}

func TestRoot(t *testing.T) {
	for _, url := range []string{"https://grafana.example.org/sub/", "https://grafana.example.org/sub"} {
		g := grafana(t, map[string]string{"/api/frontend/settings": `{"appUrl":"` + url + `"}`})
		root, err := g.Root(t.Context())
		require.NoError(t, err)
		require.Equal(t, "https://grafana.example.org/sub/", root)
	}
}

func TestGrafanaRefusesTheUser(t *testing.T) {
	g := grafana(t, nil)
	g.client.Transport = login{user: "admin", password: "wrong"}
	_, err := g.Rule(t.Context(), "WebsiteDown")
	require.ErrorContains(t, err, "Grafana: GET "+rulesPath+": 401 Unauthorized: ")
	require.NotContains(t, err.Error(), "wrong")
}
