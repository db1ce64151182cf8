package dashboards

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/grafana/grafana-openapi-client-go/client/dashboards"
	"github.com/grafana/grafana-openapi-client-go/client/search"
	"github.com/grafana/grafana-openapi-client-go/models"
)

// stored is a dashboard as Grafana holds it; without a text, it does not.
type stored struct {
	uid, title, folder string
	text               json.RawMessage
}

// get returns a stored without a text if there is no such dashboard.
func (g *grafana) get(ctx context.Context, uid string) (stored, error) {
	answer, err := g.api.Dashboards.GetDashboardByUIDWithParams(dashboards.NewGetDashboardByUIDParamsWithContext(ctx).WithUID(uid))
	var missing *dashboards.GetDashboardByUIDNotFound
	if errors.As(err, &missing) {
		return stored{uid: uid}, nil
	}
	what := fmt.Sprintf("get dashboard %q", uid)
	if err != nil {
		return stored{}, g.failed(what, err)
	}
	s := stored{uid: uid}
	if meta := answer.Payload.Meta; meta != nil {
		s.folder = meta.FolderUID
	}
	content, ok := answer.Payload.Dashboard.(map[string]any)
	if !ok {
		return stored{}, &Refused{What: what, URL: g.url, Said: "the answer holds no dashboard"}
	}
	s.title, _ = content["title"].(string)
	s.text, err = json.Marshal(content)
	return s, err
}

// saving is a dashboard to be created or overwritten.
type saving struct {
	uid, title, folder, message string
	text                        json.RawMessage
}

// saved is what Grafana says of it.
type saved struct {
	url     string
	version int64
}

func (g *grafana) save(ctx context.Context, s saving) (saved, error) {
	what := fmt.Sprintf("save dashboard %q", s.title)
	body := &models.SaveDashboardCommand{Dashboard: s.text, FolderUID: s.folder, Overwrite: true, Message: s.message}
	answer, err := g.api.Dashboards.PostDashboardWithParams(dashboards.NewPostDashboardParamsWithContext(ctx).WithBody(body))
	if err != nil {
		return saved{}, g.failed(what, err)
	}
	a := answer.Payload
	if a.UID == nil || *a.UID != s.uid || a.URL == nil || a.Version == nil {
		return saved{}, &Refused{What: what, URL: g.url, Said: "the answer lacks the uid, url or version: " + answer.String()}
	}
	return saved{*a.URL, *a.Version}, nil
}

// remove deletes a dashboard, if there is one.
func (g *grafana) remove(ctx context.Context, uid string) error {
	_, err := g.api.Dashboards.DeleteDashboardByUIDWithParams(dashboards.NewDeleteDashboardByUIDParamsWithContext(ctx).WithUID(uid))
	var missing *dashboards.DeleteDashboardByUIDNotFound
	if err != nil && !errors.As(err, &missing) {
		return g.failed(fmt.Sprintf("delete dashboard %q", uid), err)
	}
	return nil
}

// pageSize is how many dashboards are listed at once.
const pageSize = 500

// inFolder lists a folder's dashboards, without their texts, by title.
func (g *grafana) inFolder(ctx context.Context, folder string) ([]stored, error) {
	kind, limit := "dash-db", int64(pageSize)
	var all []stored
	for page := int64(1); ; page++ {
		answer, err := g.api.Search.Search(search.NewSearchParamsWithContext(ctx).WithType(&kind).WithLimit(&limit).WithPage(&page))
		if err != nil {
			return nil, g.failed("list the dashboards", err)
		}
		for _, hit := range answer.Payload {
			if hit.FolderUID == folder {
				all = append(all, stored{uid: hit.UID, title: hit.Title, folder: folder})
			}
		}
		if len(answer.Payload) < pageSize {
			return all, nil
		}
	}
}
