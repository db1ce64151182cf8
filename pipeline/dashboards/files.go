package dashboards

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

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
