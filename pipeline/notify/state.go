package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The events that are told of.
const (
	Failed       = "failed"
	StillFailing = "still failing"
	Recovered    = "recovered"
)

// State remembers how the last run of a job ended.
type State struct{ path string }

// StateOf gives the state of a job, such as a command on a content file, that
// is kept in a folder.
func StateOf(folder, job string) State {
	name := sha256.Sum256([]byte(job))
	return State{filepath.Join(folder, hex.EncodeToString(name[:8])+".json")}
}

type last struct {
	Failed bool `json:"failed"`
}

// Next says what there is to tell of a run, "" for nothing: that all is well as
// before is no news.
func (s State) Next(failed bool) (string, error) {
	var before last
	text, err := os.ReadFile(s.path)
	if err == nil {
		err = json.Unmarshal(text, &before)
	}
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("how the last run ended: %w", err)
	}
	switch {
	case failed && before.Failed:
		return StillFailing, err
	case failed:
		return Failed, err
	case before.Failed:
		return Recovered, err
	}
	return "", err
}

// Keep remembers how the run ended.
func (s State) Keep(failed bool) error {
	text, err := json.Marshal(last{failed})
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.path), 0o755) // for everybody, as the report is
	}
	part := s.path + ".part"
	if err == nil {
		err = os.WriteFile(part, text, 0o644)
	}
	if err == nil {
		err = os.Rename(part, s.path)
	}
	if err != nil {
		return fmt.Errorf("remember how the run ended: %w", err)
	}
	return nil
}
