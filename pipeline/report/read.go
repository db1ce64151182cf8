package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// FromEvents folds an events.jsonl, also one that a killed run left: a last
// line that was cut off is passed over.
func FromEvents(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the events of a run: %w", err)
	}
	defer f.Close()
	m := &Model{}
	in := bufio.NewReader(f)
	for n := 1; ; n++ {
		text, readErr := in.ReadBytes('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return nil, fmt.Errorf("%s:%d: %w", path, n, readErr)
		}
		if err := m.addLine(text); err != nil {
			if readErr != nil && !json.Valid(text) {
				break // no line end, no JSON: killed while it was written
			}
			return nil, fmt.Errorf("%s:%d: not an event of a run: %w", path, n, err)
		}
		if readErr != nil {
			break
		}
	}
	if m.Last.IsZero() {
		return nil, fmt.Errorf("%s: no event in it: a run writes its first one before any work begins; is this the file of a run?", path)
	}
	return m, nil
}

func (m *Model) addLine(text []byte) error {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return nil
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	e, err := l.event()
	if err != nil {
		return err
	}
	m.Add(e)
	return nil
}
