package dashboards

import (
	"context"
	"errors"
	"fmt"
)

// before is what Grafana holds in place of each file. It is an error if it holds
// a dashboard of the same title under another uid: Grafana 10 would overwrite
// that one.
func (g *grafana) before(ctx context.Context, folder string, found []Dashboard) ([]stored, error) {
	there, err := g.inFolder(ctx, folderUID(folder))
	if err != nil {
		return nil, err
	}
	all := make([]stored, len(found))
	var errs []error
	for i, d := range found {
		for _, other := range there {
			if other.uid != d.UID && slug(other.title) == slug(d.Title) {
				f := newFindings(d.File, d.Text)
				f.mistake("title", "the folder %q of Grafana at %s has a dashboard %q already, with the uid %q; delete that one, or give this one its uid",
					folder, g.url, other.title, other.uid)
				errs = append(errs, f.errors()...)
			}
		}
		if all[i], err = g.get(ctx, d.UID); err != nil {
			return nil, fmt.Errorf("%s: %w", d.File, err)
		}
	}
	return all, errors.Join(errs...)
}
