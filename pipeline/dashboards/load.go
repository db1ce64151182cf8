package dashboards

import (
	"bytes"
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
}

// Load reads every *.json of a folder, by name, and reports all that is wrong
// with them at once, with file and line.
func Load(dir string) ([]Dashboard, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("dashboards: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("dashboards in %s: %w", dir, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("dashboards: no *.json file in %s", dir)
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

// content is what a dashboard is looked at for.
type content struct {
	ID     json.RawMessage `json:"id"`
	UID    string          `json:"uid"`
	Title  string          `json:"title"`
	Inputs json.RawMessage `json:"__inputs"`
	Panels []panel         `json:"panels"`
}

// panel is a panel, or a row that holds panels of its own.
type panel struct {
	ID     *int64  `json:"id"`
	Title  string  `json:"title"`
	Type   string  `json:"type"`
	Panels []panel `json:"panels"`
}

// read decodes the text; what is wrong with the JSON itself comes back with
// its line.
func read(path string, text []byte) (content, error) {
	var c content
	err := json.Unmarshal(text, &c)
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return c, fmt.Errorf("%s:%s: not JSON: %w", path, place(text, syntax.Offset-1), err)
	case errors.As(err, &wrongType):
		return c, fmt.Errorf("%s:%s: %s must be a %s, not a %s", path, place(text, wrongType.Offset-1),
			wrongType.Field, wrongType.Type, wrongType.Value)
	case err != nil:
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// place turns an offset into "line:column".
func place(text []byte, offset int64) string {
	before := text[:min(max(offset, 0), int64(len(text)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("%d:%d", line, column)
}
