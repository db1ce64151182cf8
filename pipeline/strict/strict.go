// Package strict reads configuration files: YAML whose every key is known and
// whose every mistake is reported with file, line and what would be right.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// File is a decoded configuration file. It remembers where each value stands,
// so that checks made after decoding can point at the line too.
type File struct {
	Path string
	doc  *ast.File
	errs []error
}

// Load reads the file at path into v, a pointer to a struct. An unknown key, a
// key given twice, a value of the wrong type, a second document and an empty
// file are errors of the form "path:line:column: what is wrong".
func Load(path string, v any) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(path, text, v)
}

// Parse is Load for a text already in memory; path is used in messages only.
func Parse(path string, text []byte, v any) (*File, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, fmt.Errorf("%s:1:1: the file is empty", path)
	}
	doc, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, located(path, err)
	}
	if len(doc.Docs) > 1 {
		line := doc.Docs[1].Body.GetToken().Position.Line
		return nil, fmt.Errorf("%s:%d:1: a second YAML document starts here; one file holds one document", path, line)
	}
	dec := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict())
	if err := dec.Decode(v); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s:1:1: the file holds nothing but comments", path)
		}
		return nil, located(path, err)
	}
	return &File{Path: path, doc: doc}, nil
}

// Errorf records a mistake found after decoding. at is where the value stands,
// as a YAML path without the leading "$.", such as "releases[1].needs[0]"; when
// the file has no such value, the closest one above it is pointed at.
func (f *File) Errorf(at, format string, args ...any) {
	line, column := f.position(at)
	f.errs = append(f.errs, fmt.Errorf("%s:%d:%d: %s: %s", f.Path, line, column, at, fmt.Sprintf(format, args...)))
}

// Err returns every mistake recorded so far as one error, nil if there is none.
func (f *File) Err() error { return errors.Join(f.errs...) }

func (f *File) position(at string) (line, column int) {
	for at != "" {
		if path, err := yaml.PathString("$." + at); err == nil {
			if node, err := path.FilterFile(f.doc); err == nil && node != nil {
				p := node.GetToken().Position
				return p.Line, p.Column
			}
		}
		at = parent(at)
	}
	return 1, 1
}

// parent cuts the last key or index off a YAML path.
func parent(at string) string {
	return at[:max(strings.LastIndexAny(at, ".["), 0)]
}

// located puts the file's name before a message that the YAML library made.
func located(path string, err error) error {
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		p := ye.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", path, p.Line, p.Column, ye.GetMessage())
	}
	return fmt.Errorf("%s: %w", path, err)
}
