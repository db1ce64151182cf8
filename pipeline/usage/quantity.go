package usage

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Quantity is an amount as Kubernetes writes it: 3Gi, 500m, 0.5. Text that is
// none is kept, so that Check can report it with its line beside all other
// mistakes.
type Quantity struct {
	Value       float64 // bytes or cores
	text, wrong string
}

// UnmarshalYAML reads a quantity.
func (q *Quantity) UnmarshalYAML(node ast.Node) error {
	text := node.String()
	if _, ok := node.(ast.ScalarNode); ok {
		text = node.GetToken().Value
	}
	amount, err := resource.ParseQuantity(text)
	*q = Quantity{Value: amount.AsApproximateFloat64(), text: text}
	if err != nil || q.Value <= 0 {
		q.wrong = fmt.Sprintf("%q is not an amount; write one as Kubernetes does, such as 3Gi, 500m or 0.5", text)
	}
	return nil
}

// String is the quantity as it was written.
func (q Quantity) String() string { return q.text }

// MarshalText writes the quantity as it was read.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.text), nil }

// JSONSchema describes a Quantity to editors.
func (Quantity) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		OneOf: []*jsonschema.Schema{
			{Type: "string", Pattern: `^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$`},
			{Type: "number", ExclusiveMinimum: "0"},
		},
		Examples: []any{"3Gi", "500m"},
	}
}
