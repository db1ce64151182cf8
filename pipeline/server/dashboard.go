package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Dashboard is what a link can point at.
type Dashboard struct {
	Title string
	// Panels are the titles of the panels by their ids.
	Panels map[string]string
	// Variables are the names of the dashboard's variables.
	Variables []string
}

// ErrNoDashboard is in the error of Dashboard when there is none of that uid.
var ErrNoDashboard = errors.New("there is no such dashboard")

// ErrNoPages is Page's error for a Grafana that has an API but no web pages.
var ErrNoPages = errors.New("this Grafana has no web pages")

type panel struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
	// Panels are those of a row that is folded.
	Panels []panel `json:"panels"`
}

// Dashboard returns the dashboard of that uid.
func (g *Grafana) Dashboard(ctx context.Context, uid string) (Dashboard, error) {
	var answer struct {
		Dashboard struct {
			Title      string  `json:"title"`
			Panels     []panel `json:"panels"`
			Templating struct {
				List []struct {
					Name string `json:"name"`
				} `json:"list"`
			} `json:"templating"`
		} `json:"dashboard"`
	}
	err := g.get(ctx, "/api/dashboards/uid/"+url.PathEscape(uid), nil, &answer)
	switch {
	case errors.Is(err, errNotFound):
		return Dashboard{}, fmt.Errorf("%w: %w", ErrNoDashboard, err)
	case err != nil:
		return Dashboard{}, err
	}
	d := Dashboard{Title: answer.Dashboard.Title, Panels: map[string]string{}}
	d.add(answer.Dashboard.Panels)
	for _, v := range answer.Dashboard.Templating.List {
		d.Variables = append(d.Variables, v.Name)
	}
	return d, nil
}

func (d *Dashboard) add(panels []panel) {
	for _, p := range panels {
		d.Panels[strconv.Itoa(p.ID)] = p.Title
		d.add(p.Panels)
	}
}

// Root returns the address under which people reach Grafana, as it is
// configured (root_url), ending in a slash.
func (g *Grafana) Root(ctx context.Context) (string, error) {
	var settings struct {
		AppURL string `json:"appUrl"`
	}
	if err := g.get(ctx, "/api/frontend/settings", nil, &settings); err != nil {
		return "", err
	}
	return strings.TrimRight(settings.AppURL, "/") + "/", nil
}

// Page opens a page, whose path is below the root, as a browser would.
func (g *Grafana) Page(ctx context.Context, path string, query url.Values) error {
	if known := g.pageless.Load(); known != nil {
		return *known
	}
	status, body, err := g.fetch(ctx, path, query)
	switch {
	case err != nil:
		return err
	case status == http.StatusOK && len(body) == 0: // what a Grafana without pages answers
		err = fmt.Errorf("%w: GET /%s: %s and nothing else", ErrNoPages, path, statusText(status))
		g.pageless.Store(&err)
		return err
	case status >= http.StatusBadRequest:
		return fmt.Errorf("%s: GET /%s: %s: %s", g.name, path, statusText(status), firstLine(body))
	}
	return nil
}
