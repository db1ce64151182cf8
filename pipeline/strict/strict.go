// Package strict reads configuration files: YAML whose every key is known and
// whose every mistake is reported with file, line and what would be right.
//
// A file is checked against the Go type that it is read into before anything is
// decoded. That finds all its mistakes at once, in the words of whoever wrote
// the file, and refuses what the YAML library would bend into shape: 1.5 for a
// whole number, 0644 for a text.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// File is a decoded configuration file. It remembers where each value stands,
// so that checks made after decoding can point at the line too.
type File struct {
	Path   string
	places map[string]place // of every value, by its canonical path
	errs   []error
}

// place is a line and a column, both from 1.
type place struct{ line, column int }

// Load reads the file at path into v, a pointer to a struct. All keys that are
// unknown or given twice and all values of the wrong kind are errors of the
// form "path:line:column: where: what is wrong; what would be right". So are a
// second document and an empty file.
func Load(path string, v any) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(path, text, v)
}

// LoadIfThere is Load where a missing file is right: nil is returned then, and
// v stays as it is.
func LoadIfThere(path string, v any) (*File, error) {
	file, err := Load(path, v)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return file, err
}

// Parse is Load for a text already in memory; path is used in messages only.
func Parse(path string, text []byte, v any) (*File, error) {
	f := &File{Path: path, places: map[string]place{}}
	root, err := f.parse(text)
	if err != nil {
		return nil, err
	}
	w := walker{file: f, anchors: anchors(root), seen: map[visit]bool{}}
	w.value("", root, reflect.TypeOf(v).Elem())
	if err := f.Err(); err != nil {
		return nil, err
	}
	// The walk has found duplicates; for the library, a key that overrules a
	// merged one is a duplicate too.
	decoder := yaml.NewDecoder(bytes.NewReader(text), yaml.DisallowUnknownField(), yaml.AllowDuplicateMapKey())
	if err := decoder.Decode(v); err != nil {
		return nil, f.located("", err)
	}
	return f, nil
}

// parse returns the top of the only document.
func (f *File) parse(text []byte) (ast.Node, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, f.errorAt(place{1, 1}, "", "the file is empty")
	}
	doc, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, f.located("this is not YAML: ", err)
	}
	var root ast.Node
	for _, d := range doc.Docs {
		switch {
		case d.Body == nil || d.Body.Type() == ast.DirectiveType || d.Body.Type() == ast.CommentType:
		case root == nil:
			root = d.Body
		default:
			return nil, f.errorAt(place{placeOf(d.Body).line, 1}, "", "a second YAML document starts here; one file holds one document")
		}
	}
	if root == nil {
		return nil, f.errorAt(place{1, 1}, "", "the file holds nothing but comments")
	}
	if root.Type() == ast.NullType {
		return nil, f.errorAt(placeOf(root), "", "the file holds nothing but null")
	}
	return root, nil
}

// Errorf records a mistake found after decoding. at is where the value stands,
// as a YAML path without the leading "$.", such as "releases[1].needs[0]"; when
// the file has no such value, the closest one above it is pointed at.
func (f *File) Errorf(at, format string, args ...any) {
	f.errs = append(f.errs, f.errorAt(f.position(at), at, format, args...))
}

// Err returns every mistake recorded so far as one error, nil if there is none.
func (f *File) Err() error { return errors.Join(f.errs...) }

func (f *File) errorAt(p place, at, format string, args ...any) error {
	if at != "" {
		at += ": "
	}
	return fmt.Errorf("%s:%d:%d: %s%s", f.Path, p.line, p.column, at, fmt.Sprintf(format, args...))
}

func (f *File) position(at string) place {
	for at = canonical(at); at != ""; at = parent(at) {
		if p, found := f.places[at]; found {
			return p
		}
	}
	return place{1, 1}
}

// canonical takes the quotes out of a path: keys that hold a dot may be quoted
// in it or not.
func canonical(at string) string { return strings.ReplaceAll(at, "'", "") }

// parent cuts the last key or index off a path.
func parent(at string) string {
	return at[:max(strings.LastIndexAny(at, ".["), 0)]
}

// placeOf is where a value begins: for keys with values, at the first key.
func placeOf(n ast.Node) place {
	var t *token.Token
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		t = m.Values[0].Key.GetToken()
	} else if n != nil {
		t = n.GetToken()
	}
	if t == nil || t.Position == nil {
		return place{1, 1}
	}
	return place{max(t.Position.Line, 1), max(t.Position.Column, 1)}
}

// located puts the place, and what it is about, before a message that the YAML
// library made.
func (f *File) located(about string, err error) error {
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil && ye.GetToken().Position != nil {
		p, message := ye.GetToken().Position, ye.GetMessage()
		if strings.Contains(message, "\t") {
			message = "a tab cannot indent; use spaces"
		}
		return f.errorAt(place{p.Line, p.Column}, "", "%s%s", about, message)
	}
	return f.errorAt(place{1, 1}, "", "%s%v", about, err)
}
