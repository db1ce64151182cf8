package strict

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// field is a key of a struct and the type of its values.
type field struct {
	key string
	t   reflect.Type
}

// fieldsOf lists the keys that t takes, in the order in which t has them: the
// order in which its documentation explains them.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for f := range t.Fields() {
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case key == "-" || !f.IsExported():
		case slices.Contains(strings.Split(options, ","), "inline"):
			fields = append(fields, fieldsOf(f.Type)...)
		case key == "":
			fields = append(fields, field{strings.ToLower(f.Name), f.Type})
		default:
			fields = append(fields, field{key, f.Type})
		}
	}
	return fields
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for _, f := range fieldsOf(t) {
		keys = append(keys, f.key)
	}
	return keys
}

// decodesItself tells whether t has a method that takes YAML or text. What fits
// such a type, only it knows.
func decodesItself(t reflect.Type) bool {
	switch reflect.New(t).Interface().(type) {
	case yaml.NodeUnmarshaler, yaml.NodeUnmarshalerContext,
		yaml.BytesUnmarshaler, yaml.BytesUnmarshalerContext,
		yaml.InterfaceUnmarshaler, yaml.InterfaceUnmarshalerContext,
		encoding.TextUnmarshaler:
		return true
	}
	return false
}
