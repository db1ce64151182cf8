package dashboards

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Dashboard is a file that has been found right.
type Dashboard struct {
	File  string
	UID   string
	Title string
	// Text is the file as it stands: numbers and order of keys reach Grafana
	// unchanged.
	Text json.RawMessage
	// Content is what the text says.
	Content Content
}

// Load reads every *.json of a folder, by name, and reports all that is wrong
// with them at once, with file, line and column.
func Load(dir string) ([]Dashboard, error) {
	files, err := list(dir)
	if err != nil {
		return nil, err
	}
	c := checker{uids: map[string]string{}, titles: map[string]string{}}
	var all []Dashboard
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			c.errs = append(c.errs, fmt.Errorf("read a dashboard: %w", err))
			continue
		}
		all = append(all, c.check(path, text))
	}
	return all, errors.Join(c.errs...)
}

func list(dir string) ([]string, error) {
	if err := folderThere(dir); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("dashboards in %s: %w", dir, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("dashboards: no *.json file in %s", dir)
	}
	return files, nil
}

// folderThere tells a folder that is misspelt from one that holds no dashboard.
func folderThere(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("dashboards: there is no folder %s", dir)
	case err != nil:
		return fmt.Errorf("dashboards: %w", err)
	case !info.IsDir():
		return fmt.Errorf("dashboards: %s is a file; name its folder", dir)
	}
	return nil
}
