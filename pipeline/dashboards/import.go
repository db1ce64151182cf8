// Package dashboards brings the dashboards of a folder into a Grafana. The
// files are the source: what Grafana holds under the same uid is overwritten.
package dashboards

import (
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

// store is Grafana, as far as the import needs it.
type store interface {
	// folder returns the uid of the folder with that title, creating it if need be.
	folder(ctx context.Context, title string) (uid string, err error)
	// save creates or overwrites a dashboard in a folder.
	save(ctx context.Context, folderUID string, d Dashboard) (Imported, error)
}

// Import checks every file (see Load) and then gives them to Grafana. Nothing
// is sent when a file is wrong. A dashboard that Grafana refuses does not keep
// the others out.
func Import(ctx context.Context, o Options) (Result, error) {
	found, err := Load(o.Dir)
	if err != nil {
		return Result{}, err
	}
	g, err := newGrafana(o)
	if err != nil {
		return Result{}, err
	}
	return send(ctx, g, o, found)
}

func send(ctx context.Context, s store, o Options, found []Dashboard) (Result, error) {
	result := Result{Folder: o.Folder}
	if result.Folder == "" {
		result.Folder = "firedrill"
	}
	uid, err := s.folder(ctx, result.Folder)
	if err != nil {
		return Result{}, err
	}
	var errs []error
	for _, d := range found {
		task := o.Sink.Start(d.Title)
		imported, err := s.save(ctx, uid, d)
		if err != nil {
			errs = append(errs, task.End(fmt.Errorf("%s: %w", d.File, err), nil))
			continue
		}
		result.Dashboards = append(result.Dashboards, imported)
		_ = task.End(nil, imported)
	}
	return result, errors.Join(errs...)
}
