package dashboards

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// filesByUID tells which file holds which dashboard. The folder may be empty,
// and the files otherwise wrong: an export is how that is mended.
func filesByUID(dir string) (map[string]string, error) {
	if err := folderThere(dir); err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("dashboards in %s: %w", dir, err)
	}
	files := map[string]string{}
	var errs []error
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read a dashboard: %w", err)
		}
		var d struct{ UID string }
		if err := json.Unmarshal(text, &d); err != nil {
			_, err := read(path, text)
			errs = append(errs, err)
			continue
		}
		if other, twice := files[d.UID]; twice {
			errs = append(errs, fmt.Errorf("%s: uid %q is taken by %s", path, d.UID, other))
		}
		files[d.UID] = path
	}
	delete(files, "")
	return files, errors.Join(errs...)
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// slug is a title as Grafana writes it in addresses.
func slug(title string) string {
	return strings.Trim(notInNames.ReplaceAllString(strings.ToLower(title), "-"), "-")
}

// newFile names a dashboard's file by its title, unless another one has it.
func newFile(dir string, d stored) string {
	name := slug(d.title)
	path := filepath.Join(dir, name+".json")
	if _, err := os.Lstat(path); name == "" || err == nil {
		path = filepath.Join(dir, d.uid+".json")
	}
	return path
}

func (e *Exported) write(path string, text []byte) error {
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, text) {
		e.Unchanged = append(e.Unchanged, path)
		return nil
	}
	if err := write(path, text); err != nil {
		return err
	}
	e.Written = append(e.Written, path)
	return nil
}

func (e *Exported) prune() error {
	for _, path := range e.Gone {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("delete the file of a dashboard that Grafana does not have any more: %w", err)
		}
		e.Removed = append(e.Removed, path)
	}
	return nil
}
