package charts_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// dashboard is what a link can point at.
type dashboard struct {
	UID        string
	Panels     []struct{ ID int }
	Templating struct{ List []struct{ Name string } }
}

func readDashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	all := map[string]dashboard{}
	for _, file := range glob(t, "../dashboards/*.json") {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var d dashboard
		require.NoError(t, json.Unmarshal(text, &d), file)
		all[d.UID] = d
	}
	return all
}

// explains tells what is wrong with a link of the form
// d/<uid>/<slug>?viewPanel=<id>&var-<variable>=…, nil if it leads to a panel.
func explains(dashboards map[string]dashboard, link string) error {
	parsed, err := url.Parse(link)
	if err != nil {
		return err
	}
	path := strings.Split(parsed.Path, "/")
	if len(path) != 3 || path[0] != "d" {
		return fmt.Errorf("%s is not d/<uid>/<slug>", parsed.Path)
	}
	d, ok := dashboards[path[1]]
	if !ok {
		return fmt.Errorf("no dashboard has uid %q", path[1])
	}
	query := parsed.Query()
	ids := map[string]bool{}
	for _, panel := range d.Panels {
		ids[fmt.Sprint(panel.ID)] = true
	}
	if !ids[query.Get("viewPanel")] {
		return fmt.Errorf("dashboard %q has no panel %q", d.UID, query.Get("viewPanel"))
	}
	names := map[string]bool{"viewPanel": true}
	for _, v := range d.Templating.List {
		names["var-"+v.Name] = true
	}
	for name := range query {
		if !names[name] {
			return fmt.Errorf("dashboard %q knows no %q", d.UID, name)
		}
	}
	return nil
}

func TestExplainsFindsDeadLinks(t *testing.T) {
	all := readDashboards(t)
	require.NoError(t, explains(all, "d/website/website?viewPanel=1&var-website=a"))
	for link, want := range map[string]string{
		"dashboards/website":                      "not d/<uid>/<slug>",
		"d/shop/shop?viewPanel=1":                 `no dashboard has uid "shop"`,
		"d/website/website":                       `no panel ""`,
		"d/website/website?viewPanel=99":          `no panel "99"`,
		"d/website/website?viewPanel=1&var-pod=a": `knows no "var-pod"`,
	} {
		require.ErrorContains(t, explains(all, link), want, link)
	}
}
