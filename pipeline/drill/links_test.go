package drill

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/server"
)

// Each link is wrong in one way; golden files tell what is said of it.
func TestBrokenLinks(t *testing.T) {
	tests := map[string]func(w *world){
		"foreign":        func(w *world) { w.annotations["dashboard_url"] = "https://wiki.example.org/d/website" },
		"no-dashboard":   func(w *world) { w.annotations["dashboard_url"] = "https://grafana.example.org/d/shop/shop?viewPanel=1" },
		"no-path":        func(w *world) { w.annotations["dashboard_url"] = "https://grafana.example.org/explore" },
		"no-panel":       func(w *world) { w.board.Panels = map[string]string{"2": "Rate"} },
		"no-variable":    func(w *world) { w.board.Variables = []string{"cluster", "website"} },
		"other-value":    func(w *world) { w.annotations["dashboard_url"] += "2&var-namespace=shop" },
		"page-is-broken": func(w *world) { w.pageErr = errors.New("Grafana: GET /d/website/website: 500 Internal Server Error") },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				change(w)
				result, _, err := hold(t.Context(), w, websiteDown())
				golden.Equal(t, "testdata/links/"+name+".txt", fmt.Sprintln(err))
				links := result.Ways[0].Links
				require.Len(t, links, 1)
				require.Equal(t, Broken, links[0].Outcome)
				require.Equal(t, "way prometheus: "+links[0].Error, err.Error())
				require.NotNil(t, result.Ways[0].Times.Resolved, "the end is watched all the same")
			})
		})
	}
}

func TestLinksThatCannotBeOpenedDoNotPassSilently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.pageErr = fmt.Errorf("%w: GET /d/website/website: 500", server.ErrNoPages)
		result, _, err := hold(t.Context(), w, websiteDown())
		require.NoError(t, err)
		link := result.Ways[0].Links[0]
		require.Equal(t, NoPages, link.Outcome)
		require.Equal(t, "Is the website up?", link.Panel, "all but the page is proven")
		require.NotEmpty(t, link.Error)
	})
}

func TestLinksWithoutGrafana(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		servers := newWorld().servers()
		servers.Grafana = nil
		result, err := Run(t.Context(), Options{Servers: servers}, websiteDown())
		require.NoError(t, err)
		require.Equal(t, NotOpened, result.Ways[0].Links[0].Outcome)
	})
}

// Newer Grafanas write viewPanel=panel-1.
func TestNewFormOfPanel(t *testing.T) {
	link := Link{URL: "https://grafana.example.org/d/website/website?viewPanel=panel-1"}
	require.NoError(t, link.open(t.Context(), Servers{Grafana: grafanaOf{newWorld()}}, nil, shownSince{}))
	require.Equal(t, "Is the website up?", link.Panel)
}

// A variable that is no label of the alarm may have any value.
func TestVariables(t *testing.T) {
	board := server.Dashboard{Title: "Website", Variables: []string{"namespace", "website"}}
	labels := map[string]string{"namespace": "demo"}
	require.NoError(t, checkVariables(map[string][]string{"var-website": {"shop"}, "from": {"now-1h"}}, board, labels))
	require.NoError(t, checkVariables(map[string][]string{"var-namespace": {"demo"}}, board, labels))
	require.EqualError(t, checkVariables(map[string][]string{"var-namespace": {"demo", "shop"}}, board, labels),
		`variable namespace is "demo" "shop", but the alarm's label is "demo"`)
	require.EqualError(t, checkVariables(map[string][]string{"var-pod": {"x"}}, board, labels),
		`dashboard "Website" has no variable pod; it has namespace, website`)
	require.EqualError(t, checkVariables(map[string][]string{"amp;var-namespace": {"demo"}}, board, labels),
		`Grafana knows no parameter "amp;var-namespace"; a variable's begins with var-`)
}
