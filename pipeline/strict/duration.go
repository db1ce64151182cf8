package strict

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
)

// rightDuration tells how to write a Duration.
const rightDuration = "write a number with a unit (ms, s, m or h), such as 30s or 1m30s"

// Duration is a time to wait, which is more than none. Unlike a time.Duration,
// it can be told from one that is not given, and a wrong one does not end the
// reading: it is kept until it is checked, to be reported together with what
// else is wrong in the file.
type Duration struct {
	time.Duration
	wrong string
}

// UnmarshalYAML takes any value; Problem tells of one that is no time to wait.
func (d *Duration) UnmarshalYAML(node ast.Node) error {
	if node.Type() == ast.NullType {
		return nil // as good as not given
	}
	text := node.String()
	if _, ok := node.(ast.ScalarNode); ok {
		text = node.GetToken().Value
	}
	v, err := time.ParseDuration(text)
	*d = Duration{Duration: v}
	switch {
	case err != nil:
		d.wrong = fmt.Sprintf("%q is not a duration; %s", text, rightDuration)
	case v <= 0:
		d.wrong = fmt.Sprintf("%q leaves no time; %s", text, rightDuration)
	}
	return nil
}

// MarshalText writes the duration so that it can be read.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Given tells whether there is one, right or wrong.
func (d Duration) Given() bool { return d != Duration{} }

// Problem says what is wrong with d, one that is not given included, or nothing.
func (d Duration) Problem() string {
	if !d.Given() {
		return "is missing; " + rightDuration
	}
	return d.wrong
}

// Or returns d, or standard when none is given.
func (d Duration) Or(standard time.Duration) time.Duration {
	if d.Duration == 0 {
		return standard
	}
	return d.Duration
}

// JSONSchema describes a Duration to editors.
func (Duration) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Type:     "string",
		Pattern:  `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
		Examples: []any{"30s", "1m30s"},
	}
}
