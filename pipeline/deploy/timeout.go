package deploy

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
)

// DefaultTimeout is how long a release may take to be ready if it says nothing.
const DefaultTimeout = 3 * time.Minute

// Timeout is how long a release may take. Text that is no duration is kept, so
// that Validate can report it with its line beside all other mistakes.
type Timeout struct {
	time.Duration
	wrong string
}

// UnmarshalYAML reads a duration such as 90s.
func (t *Timeout) UnmarshalYAML(node ast.Node) error {
	text := node.String()
	if _, ok := node.(ast.ScalarNode); ok {
		text = node.GetToken().Value
	}
	d, err := time.ParseDuration(text)
	*t = Timeout{Duration: d}
	if err != nil || d <= 0 {
		t.wrong = fmt.Sprintf("%q is not a time to wait; write a number and its unit, such as 90s or 3m", text)
	}
	return nil
}

// MarshalText writes the duration as it is read.
func (t Timeout) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// JSONSchema describes a Timeout to editors.
func (Timeout) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Type:     "string",
		Pattern:  `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
		Default:  "3m",
		Examples: []any{"90s"},
	}
}

// orDefault is the time that the release really has.
func (t Timeout) orDefault() time.Duration {
	if t.Duration == 0 {
		return DefaultTimeout
	}
	return t.Duration
}
