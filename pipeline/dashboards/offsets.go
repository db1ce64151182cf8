package dashboards

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// offsets returns where each key and each item of a list starts in a JSON text,
// which must be sound, by paths such as "panels[2].id", and which keys are there
// twice.
func offsets(text []byte) (found map[string]int64, twice []string) {
	w := walker{decoder: json.NewDecoder(bytes.NewReader(text)), text: text, found: map[string]int64{}}
	w.value("")
	return w.found, w.twice
}

type walker struct {
	decoder *json.Decoder
	text    []byte
	found   map[string]int64
	twice   []string
}

// value reads the value at a path and everything in it.
func (w *walker) value(path string) {
	token, err := w.decoder.Token()
	if err != nil {
		return
	}
	switch token {
	case json.Delim('{'):
		for w.decoder.More() {
			start := w.next()
			key, err := w.decoder.Token()
			if err != nil {
				return
			}
			inner := fmt.Sprint(key)
			if path != "" {
				inner = path + "." + inner
			}
			if _, before := w.found[inner]; before {
				w.twice = append(w.twice, inner)
			}
			w.found[inner] = start
			w.value(inner)
		}
		_, _ = w.decoder.Token() // the closing brace
	case json.Delim('['):
		for i := 0; w.decoder.More(); i++ {
			inner := fmt.Sprintf("%s[%d]", path, i)
			w.found[inner] = w.next()
			w.value(inner)
		}
		_, _ = w.decoder.Token() // the closing bracket
	}
}

// next is where the next token starts: behind blanks and the comma.
func (w *walker) next() int64 {
	at := w.decoder.InputOffset()
	rest := w.text[at:]
	return at + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,")))
}
