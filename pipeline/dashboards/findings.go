package dashboards

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// findings are what is wrong with one file.
type findings struct {
	file  string
	text  []byte
	at    map[string]int64
	found []finding
}

type finding struct {
	offset  int64
	message string
}

// newFindings is for a text that is sound JSON.
func newFindings(file string, text []byte) *findings {
	at, twice := offsets(text)
	f := &findings{file: file, text: text, at: at}
	for _, key := range twice {
		f.mistake(key, "%s is given twice; only the last one counts", key)
	}
	return f
}

// mistake records what is wrong at a path such as "panels[2].id". Where there
// is nothing, the closest thing around it is pointed at.
func (f *findings) mistake(at, format string, args ...any) {
	f.found = append(f.found, finding{f.offset(at), fmt.Sprintf(format, args...)})
}

func (f *findings) offset(at string) int64 {
	for at != "" {
		if offset, known := f.at[at]; known {
			return offset
		}
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	return 0
}

// errors returns the findings in the order of the file.
func (f *findings) errors() []error {
	slices.SortStableFunc(f.found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.offset, b.offset), cmp.Compare(a.message, b.message))
	})
	var errs []error
	for _, one := range f.found {
		errs = append(errs, fmt.Errorf("%s:%s: %s", f.file, place(f.text, one.offset), one.message))
	}
	return errs
}

// place turns an offset into "line:column".
func place(text []byte, offset int64) string {
	before := text[:min(max(offset, 0), int64(len(text)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("%d:%d", line, column)
}
