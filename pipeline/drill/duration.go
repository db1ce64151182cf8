package drill

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
)

// Duration is a deadline in a drill file. It keeps what was written until it
// is checked, so that a bad one is reported together with a file's other
// mistakes instead of ending the reading.
type Duration struct {
	time.Duration
	text string
}

// Within makes a Duration of d, for drills made by hand.
func Within(d time.Duration) Duration { return Duration{Duration: d, text: d.String()} }

// or returns d, or standard when none was given.
func (d Duration) or(standard time.Duration) time.Duration {
	if d.Duration == 0 {
		return standard
	}
	return d.Duration
}

// UnmarshalYAML takes any text; check finds what is no duration.
func (d *Duration) UnmarshalYAML(node ast.Node) error {
	if d.text = node.String(); d.text == "" {
		d.text = `""`
	}
	if _, ok := node.(ast.ScalarNode); ok {
		d.text = node.GetToken().Value
	}
	d.Duration, _ = time.ParseDuration(d.text)
	return nil
}

// problem says what is wrong with d, or nothing.
func (d Duration) problem() string {
	const right = "write a number with a unit (ms, s, m or h), such as 30s or 1m30s"
	if d.text == "" {
		return "is missing; " + right
	}
	switch v, err := time.ParseDuration(d.text); {
	case err != nil:
		return fmt.Sprintf("%q is not a duration; %s", d.text, right)
	case v <= 0:
		return fmt.Sprintf("%q leaves no time; %s", d.text, right)
	}
	return ""
}

// JSONSchema describes a Duration to editors.
func (Duration) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Type:     "string",
		Pattern:  `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
		Examples: []any{"30s", "1m30s"},
	}
}
