package strict

import (
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// mapping compares keys with values. at is the path of the whole.
func (w *walker) mapping(at string, here place, n *ast.MappingNode, t reflect.Type) {
	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Interface:
	default:
		w.mistake(here, at, "wanted %s, found %s", wanted(t), found(n))
		return
	}
	first := map[string]int{}
	for _, pair := range n.Values {
		if pair.Key.IsMergeKey() {
			w.merge(at, pair.Value, t)
			continue
		}
		key, ok := w.key(at, pair.Key)
		if !ok {
			continue
		}
		p := placeOf(pair.Key)
		if line, twice := first[key]; twice {
			w.mistake(p, child(at, key), "this key is given twice, first on line %d; leave one of them out", line)
			continue
		}
		first[key] = p.line
		if item, ok := w.item(child(at, key), key, p, t); ok {
			w.value(child(at, key), pair.Value, item)
		}
	}
}

// item returns the type of a key's value. An unknown key is a mistake.
func (w *walker) item(at, key string, p place, t reflect.Type) (item reflect.Type, ok bool) {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Struct:
	default:
		return anything, true
	}
	fields := fieldsOf(t)
	if i := slices.IndexFunc(fields, func(f field) bool { return f.key == key }); i >= 0 {
		return fields[i].t, true
	}
	keys := keysOf(t)
	guess, the := DidYouMean(key, keys), "; the"
	if guess != "" {
		the = " The"
	}
	w.mistake(p, at, "there is no such key%s%s keys here are: %s", guess, the, strings.Join(keys, ", "))
	return nil, false
}

// merge compares what the key << takes over from elsewhere.
func (w *walker) merge(at string, n ast.Node, t reflect.Type) {
	if list, ok := n.(*ast.SequenceNode); ok {
		for _, v := range list.Values {
			w.merge(at, v, t)
		}
		return
	}
	here, key := placeOf(n), child(at, "<<")
	switch node := w.resolve(key, here, n).(type) {
	case nil:
	case *ast.MappingNode:
		if w.first(node, t) {
			w.mapping(at, here, node, t)
		}
	default:
		w.mistake(here, key, "wanted keys with values to take over, found %s", found(node))
	}
}

// key returns a key's text. Other keys, such as numbers, are refused: what the
// YAML library makes of them depends on the type of the map.
func (w *walker) key(at string, k ast.MapKeyNode) (key string, ok bool) {
	switch node := k.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		text := k.GetToken().Value
		w.mistake(placeOf(k), child(at, text), "a key must be a text, found %s; put it in quotes: %q", found(k), text)
	default:
		w.mistake(placeOf(k), at, "a key must be a plain text, on one line with the colon")
	}
	return "", false
}

// child is the path of a key's value.
func child(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}
