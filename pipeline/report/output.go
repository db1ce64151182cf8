package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"firedrill/pipeline/event"
)

// Output writes the files of a run into a folder: events.jsonl while the run
// goes on, the others when it is closed.
type Output struct {
	dir string
	rec *recorder

	mu  sync.Mutex
	log *os.File
	err error
}

// Create makes the folder and starts a new events.jsonl in it.
func Create(dir string) (*Output, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder for the report: %w", err)
	}
	// The files of an earlier run must not pass for this one's if it is killed.
	for name := range renderings {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("remove the report of an earlier run: %w", err)
		}
	}
	log, err := os.Create(filepath.Join(dir, "events.jsonl"))
	if err != nil {
		return nil, fmt.Errorf("start the file of events: %w", err)
	}
	return &Output{dir: dir, rec: newRecorder(), log: log}, nil
}

// Sink writes each event as one line, at once and in one piece, so that a
// killed run leaves a file that can be read.
func (o *Output) Sink() event.Sink {
	record := o.rec.Sink()
	return func(e event.Event) {
		o.mu.Lock()
		defer o.mu.Unlock()
		text, err := json.Marshal(e)
		if err != nil {
			// The recorder keeps the reason; the event matters more than its
			// result. Without one it is plain text and always marshals.
			bare := e
			bare.Result = nil
			text, _ = json.Marshal(bare)
		}
		if _, err := o.log.Write(append(text, '\n')); err != nil && o.err == nil {
			o.err = fmt.Errorf("write an event: %w", err)
		}
		record(e)
	}
}

// Model is what the run has said so far.
func (o *Output) Model() *Model { return o.rec.Model() }

// Close ends events.jsonl and writes the other files.
func (o *Output) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return errors.Join(o.err, o.rec.Err(), o.log.Close(), Write(o.dir, o.rec.Model()))
}

// renderings are the files that are made of a finished stream.
var renderings = map[string]func(io.Writer, *Model) error{
	"junit.xml":    writeJUnit,
	"summary.json": writeSummary,
	"report.html":  writeHTML,
}

// Write makes junit.xml, summary.json and report.html in dir. Each appears
// complete or not at all.
func Write(dir string, m *Model) error {
	var errs []error
	for name, render := range renderings {
		path := filepath.Join(dir, name)
		var text bytes.Buffer
		err := render(&text, m)
		if err == nil {
			err = replace(path, text.Bytes())
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("write %s: %w", path, err))
		}
	}
	return errors.Join(errs...)
}

func replace(path string, text []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, text, 0o644); err != nil {
		return err
	}
	return os.Rename(part, path)
}
