// Package dashboards keeps the dashboards of a folder and those of a Grafana the
// same. Import brings the files into Grafana, where what is held under the same
// uid is overwritten; Export writes what somebody changed there back into the
// files; Load says what is wrong with the files.
package dashboards

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"firedrill/pipeline/event"
)

// Options say which dashboards go where.
type Options struct {
	// Dir holds the dashboards, one *.json file each.
	Dir string
	// URL is where Grafana answers, without the path /api.
	URL string
	// Client carries the requests, http.DefaultClient by default. To reach a
	// Grafana inside a cluster, give one that dials through a port-forward: the
	// API server's service proxy keeps the Authorization header to itself.
	Client *http.Client
	// Token is a service account's token. Without one, User and Password are
	// used, and without a user the requests carry no credentials.
	Token          string
	User, Password string
	// Folder is the title of Grafana's folder, "firedrill" by default. It is
	// created when it does not exist.
	Folder string
	// Sink takes an item for each dashboard.
	Sink event.Sink
}

// Result is what Import did.
type Result struct {
	Folder     string     `json:"folder"`
	Dashboards []Imported `json:"dashboards"`
}

// Imported is a dashboard as Grafana has taken it.
type Imported struct {
	File  string `json:"file"`
	UID   string `json:"uid"`
	Title string `json:"title"`
	// URL is the dashboard's path below Grafana's own address.
	URL     string `json:"url"`
	Version int64  `json:"version"`
}

// Import checks every file (see Load) and, in Grafana, that there are the data
// sources which they want. Then it gives the dashboards to Grafana: all of
// them, or, if Grafana refuses one, none: those sent before it are put back to
// what they were.
func Import(ctx context.Context, o Options) (Result, error) {
	found, err := Load(o.Dir)
	if err != nil {
		return Result{}, err
	}
	g, err := newGrafana(o)
	if err != nil {
		return Result{}, err
	}
	sources, err := g.sources(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := checkSources(found, sources, o.URL); err != nil {
		return Result{}, err
	}
	before, err := g.before(ctx, o.folder(), found)
	if err != nil {
		return Result{}, err
	}
	return send(ctx, g, o, found, before)
}

// folder is the title of the folder to work in.
func (o Options) folder() string { return cmp.Or(o.Folder, "firedrill") }

func send(ctx context.Context, g *grafana, o Options, found []Dashboard, before []stored) (Result, error) {
	result := Result{Folder: o.folder()}
	u := undo{grafana: g}
	uid, created, err := g.folder(ctx, result.Folder)
	if err != nil {
		return Result{}, err
	}
	if created {
		u.add(func(ctx context.Context) error { return g.removeFolder(ctx, uid) })
	}
	for i, d := range found {
		task := o.Sink.Start(d.Title)
		// Known before: what got no answer may have been carried out.
		u.add(func(ctx context.Context) error { return g.putBack(ctx, d, before[i]) })
		saved, err := g.save(ctx, saving{d.UID, d.Title, uid, "imported by firedrill", d.Text})
		if err != nil {
			err = task.End(fmt.Errorf("%s: %w", d.File, err), nil)
			return Result{}, errors.Join(err, u.all(ctx))
		}
		imported := Imported{File: d.File, UID: d.UID, Title: d.Title, URL: saved.url, Version: saved.version}
		result.Dashboards = append(result.Dashboards, imported)
		_ = task.End(nil, imported)
	}
	return result, nil
}
