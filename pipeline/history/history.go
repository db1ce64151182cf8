// Package history keeps a line for each night in a file, and tells what got
// slower than it used to be.
package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// File is the name of the file in the folder of the history.
const File = "history.jsonl"

// Night is one line of the file.
type Night struct {
	Time    time.Time `json:"time"`
	Run     string    `json:"run"`
	Status  string    `json:"status"`
	Seconds float64   `json:"seconds"`
	// Steps are the seconds of each step that passed.
	Steps map[string]float64 `json:"steps"`
	// Latencies are the seconds of each drill that passed, by drill, way and
	// what was waited for, as in "website-down by grafana: fault to notification".
	Latencies map[string]float64 `json:"latencies"`
	Coverage  Coverage           `json:"coverage"`
	// Drift is how many texts differed between the two deployments; null if
	// they were not compared.
	Drift *int `json:"drift"`
}

// Coverage says how much of what is shipped the night has proven.
type Coverage struct {
	AlarmsSeen     int `json:"alarms_seen"`
	Alarms         int `json:"alarms"`
	PanelsWithData int `json:"panels_with_data"`
	Panels         int `json:"panels"`
	LinksOK        int `json:"links_ok"`
	Links          int `json:"links"`
}

// Read gives the nights of a folder, oldest first. A folder without a history
// has none. A line that was cut off at the end is passed over, and said.
func Read(folder string) (nights []Night, warning string, err error) {
	path := filepath.Join(folder, File)
	text, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
		return nil, "", nil
	case err != nil:
		return nil, "", fmt.Errorf("read the history: %w", err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	for i, line := range lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var night Night
		if err := json.Unmarshal(line, &night); err != nil {
			if i == len(lines)-1 {
				return nights, fmt.Sprintf("%s:%d: the last line was cut off and is passed over", path, i+1), nil
			}
			return nil, "", fmt.Errorf("%s:%d: not a night: %w; remove the line, or name another folder with --history", path, i+1, err)
		}
		nights = append(nights, night)
	}
	return nights, "", nil
}
