package dashboards

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Exported is what an export did to the files.
type Exported struct {
	// Written are the files that were changed or are new, Unchanged the others.
	Written   []string `json:"written"`
	Unchanged []string `json:"unchanged"`
	// Gone are the files whose dashboard Grafana does not have any more, Removed
	// those of them that were deleted.
	Gone    []string `json:"gone"`
	Removed []string `json:"removed"`
}

// Export writes every dashboard of Grafana's folder into the file that has its
// uid, or a new one, in normal form (see Normalise). Nothing is written before
// all of them have been read. With prune, the file of a dashboard that Grafana
// does not have any more is deleted.
func Export(ctx context.Context, o Options, prune bool) (Exported, error) {
	files, err := filesByUID(o.Dir)
	if err != nil {
		return Exported{}, err
	}
	texts, err := o.export(ctx)
	if err != nil {
		return Exported{}, err
	}
	var done Exported
	for _, d := range texts {
		path, known := files[d.uid]
		if !known {
			path = newFile(o.Dir, d)
		}
		delete(files, d.uid)
		if err := done.write(path, d.text); err != nil {
			return done, err
		}
	}
	for _, path := range files {
		done.Gone = append(done.Gone, path)
	}
	slices.Sort(done.Gone)
	if prune {
		err = done.prune()
	}
	return done, err
}

// export reads the dashboards of the folder.
func (o Options) export(ctx context.Context) ([]stored, error) {
	g, err := newGrafana(o)
	if err != nil {
		return nil, err
	}
	listed, err := g.inFolder(ctx, folderUID(o.folder()))
	if err != nil {
		return nil, err
	}
	if len(listed) == 0 {
		return nil, fmt.Errorf("export dashboards: Grafana at %s has none in the folder %q", o.URL, o.folder())
	}
	slices.SortFunc(listed, func(a, b stored) int { return strings.Compare(a.uid, b.uid) })
	var all []stored
	for _, one := range listed {
		d, err := g.get(ctx, one.uid)
		if err != nil {
			return nil, err
		}
		if d.text == nil {
			continue // deleted just now
		}
		if d.text, err = Normalise(d.text); err != nil {
			return nil, fmt.Errorf("dashboard %q: %w", one.uid, err)
		}
		all = append(all, d)
	}
	return all, nil
}
