package mutation

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Course is how the drills went, and what fired meanwhile.
type Course struct {
	Held     []Held   `json:"held"`
	Recorded Recorded `json:"recorded"`
}

// Write keeps the course in a file, so that it can be judged again when a unit
// test or the policy has changed.
func (c Course) Write(path string) error {
	text, err := json.MarshalIndent(c, "", " ")
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write down how the drills went: %w", err)
	}
	return nil
}

// LoadCourse reads what Write has written.
func LoadCourse(path string) (c Course, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		return c, fmt.Errorf("read how the drills went: %w", err)
	}
	if len(c.Held) == 0 {
		return c, fmt.Errorf("read how the drills went: %s tells of no drill; is it one that `firedrill rules mutate` has written?", path)
	}
	return c, nil
}
