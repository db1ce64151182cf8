package strict

import (
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml/ast"
)

// walker compares a file with a Go type and records what does not fit.
type walker struct {
	file    *File
	anchors map[string]ast.Node
	seen    map[visit]bool
}

// visit is the comparison of a value with a type. An alias can lead to the same
// value many times, or back into itself; one visit is enough.
type visit struct {
	node ast.Node
	t    reflect.Type
}

// anything is the type of values that the file's own type leaves open.
var anything = reflect.TypeFor[any]()

// first tells whether n is compared with t for the first time.
func (w *walker) first(n ast.Node, t reflect.Type) bool {
	v := visit{n, t}
	was := w.seen[v]
	w.seen[v] = true
	return !was
}

func (w *walker) mistake(p place, at, format string, args ...any) {
	w.file.errs = append(w.file.errs, w.file.errorAt(p, at, format, args...))
}

// value compares the value at a path with t. Null is as good as not given.
func (w *walker) value(at string, n ast.Node, t reflect.Type) {
	here := placeOf(n)
	w.file.places[canonical(at)] = here
	n = w.resolve(at, here, n)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n == nil || n.Type() == ast.NullType || !w.first(n, t) {
		return
	}
	if t != duration && decodesItself(t) {
		t = anything
	}
	switch node := n.(type) {
	case *ast.MappingNode:
		w.mapping(at, here, node, t)
	case *ast.SequenceNode:
		w.sequence(at, here, node, t)
	case *ast.TagNode:
		w.mistake(here, at, "tags such as %s are not taken; leave it out", n.GetToken().Value)
	default:
		w.scalar(at, here, n, t)
	}
}

func (w *walker) sequence(at string, here place, n *ast.SequenceNode, t reflect.Type) {
	item := anything
	switch t.Kind() {
	case reflect.Slice:
		item = t.Elem()
	case reflect.Interface:
	default:
		w.mistake(here, at, "wanted %s, found %s", wanted(t), found(n))
		return
	}
	for i, v := range n.Values {
		at := fmt.Sprintf("%s[%d]", at, i)
		if item != anything && v.Type() == ast.NullType {
			w.mistake(placeOf(v), at, "the item is empty; wanted %s", wanted(item))
			continue
		}
		w.value(at, v, item)
	}
}

// anchors finds the values that have an anchor (&name).
func anchors(root ast.Node) map[string]ast.Node {
	found := map[string]ast.Node{}
	for _, n := range ast.Filter(ast.AnchorType, root) {
		if a := n.(*ast.AnchorNode); a.Name != nil {
			found[a.Name.GetToken().Value] = a.Value
		}
	}
	return found
}

// resolve goes from an anchor or an alias (*name) to the value itself. It is
// nil when there is none.
func (w *walker) resolve(at string, here place, n ast.Node) ast.Node {
	for range 2*len(w.anchors) + 2 { // each may be passed once
		switch node := n.(type) {
		case *ast.AnchorNode:
			n = node.Value
		case *ast.AliasNode:
			name := node.Value.GetToken().Value
			target, ok := w.anchors[name]
			if !ok {
				w.mistake(here, at, "there is no anchor &%s; a text that begins with * needs quotes", name)
				return nil
			}
			n = target
		default:
			return n
		}
	}
	w.mistake(here, at, "the alias leads back to itself; write the value out")
	return nil
}
