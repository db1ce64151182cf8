package report

import (
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// dashboardView is what the page shows of one dashboard: its picture, or its
// panels by the rows in which they stand.
type dashboardView struct {
	*Work
	Title string
	// Note counts the panels.
	Note    string
	Picture string
	Rows    []rowView
}

// rowView is a row of a dashboard, whose title is the question it answers.
type rowView struct {
	Title  string
	Panels []panelView
}

func newDashboardViews(m *Model) []dashboardView {
	var list []dashboardView
	for _, o := range outcomes[Dashboard](m, stepPanels) {
		d := Bounded(o.Result)
		v := dashboardView{Work: o.Work, Title: d.Title, Note: panelNote(d.Panels), Picture: picture(d.Picture)}
		if v.Title == "" {
			v.Title = o.Name
		}
		if v.Picture == "" {
			v.Rows = rowViews(d.Panels, m.Last)
		}
		list = append(list, v)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Title < list[j].Title })
	return list
}

// picture is a path below the report's own folder, else empty.
func picture(path string) string {
	if !filepath.IsLocal(path) || strings.Contains(path, ":") || filepath.Ext(path) != ".png" {
		return ""
	}
	return filepath.ToSlash(path)
}

func rowViews(panels []Panel, now time.Time) []rowView {
	var rows []rowView
	for _, p := range panels {
		if len(rows) == 0 || rows[len(rows)-1].Title != p.Row {
			rows = append(rows, rowView{Title: p.Row})
		}
		row := &rows[len(rows)-1]
		row.Panels = append(row.Panels, newPanelView(p, now))
	}
	return rows
}

// panelNote counts a dashboard's panels in words; it is empty without any.
func panelNote(panels []Panel) string {
	if len(panels) == 0 {
		return ""
	}
	return CountPanels(Dashboard{Panels: panels}).String()
}
