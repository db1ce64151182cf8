package strict

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// duration is decoded from a text, although it is a number in Go.
var duration = reflect.TypeFor[time.Duration]()

// scalar compares a value that is neither a list nor keys with values.
func (w *walker) scalar(at string, here place, n ast.Node, t reflect.Type) {
	if !fits(n, t) {
		w.mistake(here, at, "wanted %s, found %s%s", wanted(t), found(n), hint(n, t))
	}
}

// fits tells whether a scalar is of type t as it is written.
func fits(n ast.Node, t reflect.Type) bool {
	text, isText := textOf(n)
	switch kind := t.Kind(); {
	case t == duration:
		_, err := time.ParseDuration(text)
		return isText && err == nil
	case kind == reflect.Interface:
		return true
	case kind == reflect.String:
		return isText
	case kind == reflect.Bool:
		return n.Type() == ast.BoolType
	case isWhole(kind):
		return holds(t, n)
	case isFloat(kind):
		return n.Type() == ast.IntegerType || n.Type() == ast.FloatType
	}
	return false
}

func isWhole(k reflect.Kind) bool { return reflect.Int <= k && k <= reflect.Uint64 }

func isFloat(k reflect.Kind) bool { return k == reflect.Float32 || k == reflect.Float64 }

// holds tells whether n is a whole number within the range of t.
func holds(t reflect.Type, n ast.Node) bool {
	integer, ok := n.(*ast.IntegerNode)
	if !ok {
		return false
	}
	switch i := integer.Value.(type) {
	case int64: // below 0
		return t.Kind() < reflect.Uint && !t.OverflowInt(i)
	case uint64:
		if t.Kind() >= reflect.Uint {
			return !t.OverflowUint(i)
		}
		return i <= math.MaxInt64 && !t.OverflowInt(int64(i))
	}
	return false
}

// wanted names the values of type t.
func wanted(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch kind := t.Kind(); {
	case t == duration:
		return "a duration such as 90s or 1m30s"
	case kind == reflect.String:
		return "a text"
	case kind == reflect.Bool:
		return "true or false"
	case isWhole(kind):
		return "a whole number"
	case isFloat(kind):
		return "a number"
	case kind == reflect.Slice:
		return "a list"
	case kind == reflect.Struct:
		return "keys with values (" + strings.Join(keysOf(t), ", ") + ")"
	}
	return "keys with values"
}

// longest is how many letters of a text a message repeats.
const longest = 40

// found describes what is written in the file.
func found(n ast.Node) string {
	switch n.Type() {
	case ast.MappingType:
		return "keys with values"
	case ast.SequenceType:
		return "a list"
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "the number " + n.GetToken().Value
	case ast.StringType, ast.LiteralType:
		text, _ := textOf(n)
		if runes := []rune(text); len(runes) > longest {
			text = string(runes[:longest]) + "…"
		}
		return fmt.Sprintf("the text %q", text)
	}
	return n.GetToken().Value
}

// hint says how to write n so that it is of type t, when that can be guessed.
func hint(n ast.Node, t reflect.Type) string {
	text, isText := textOf(n)
	_, err := strconv.ParseFloat(text, 64)
	isNumber := isText && err == nil
	switch kind := t.Kind(); {
	case kind == reflect.String:
		return fmt.Sprintf("; put it in quotes: %q", n.GetToken().Value)
	case isWhole(kind) && n.Type() == ast.IntegerType && t != duration:
		return "; it is out of range"
	case isWhole(kind) && isNumber && t != duration, isFloat(kind) && isNumber,
		kind == reflect.Bool && (text == "true" || text == "false"):
		return "; leave the quotes out"
	case kind == reflect.Slice && t.Elem().Kind() == reflect.String && isText:
		return fmt.Sprintf("; write it as a list: [%s]", text)
	}
	return ""
}

// textOf returns the text of a text; what looks like a number is none.
func textOf(n ast.Node) (text string, ok bool) {
	switch node := n.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		if node.Value != nil {
			text = node.Value.Value
		}
		return text, true
	}
	return "", false
}
