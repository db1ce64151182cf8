package fault

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Amount of memory or CPU: a share of what there is, such as 92%, or a quantity
// as Kubernetes writes it, such as 300Mi or 2.
type Amount struct{ text string }

// UnmarshalYAML takes any single value; Check tells of one that is no amount.
func (a *Amount) UnmarshalYAML(node ast.Node) error {
	if node.Type() == ast.NullType {
		return nil
	}
	a.text = node.String()
	if _, ok := node.(ast.ScalarNode); ok {
		a.text = node.GetToken().Value
	}
	return nil
}

// UnmarshalText reads what MarshalText writes.
func (a *Amount) UnmarshalText(text []byte) error {
	a.text = string(text)
	return nil
}

// MarshalText writes the amount so that it can be read.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.text), nil }

// String is the amount as it was given.
func (a Amount) String() string { return a.text }

// IsZero tells whether none is given.
func (a Amount) IsZero() bool { return a.text == "" }

// percent is the share, or 0 for a quantity.
func (a Amount) percent() int {
	text, isShare := strings.CutSuffix(a.text, "%")
	n, err := strconv.Atoi(text)
	if !isShare || err != nil {
		return 0
	}
	return n
}

// quantity is 0 for a share.
func (a Amount) quantity() resource.Quantity {
	q, _ := resource.ParseQuantity(a.text) // 0 where it is none: Check has told
	return q
}

// problem says why this is no amount, or nothing.
func (a Amount) problem() string {
	if strings.HasSuffix(a.text, "%") {
		if n := a.percent(); n < 1 || n > 99 {
			return fmt.Sprintf("%q is no share from 1%% to 99%%", a.text)
		}
		return ""
	}
	if q, err := resource.ParseQuantity(a.text); err != nil || q.Sign() <= 0 {
		return fmt.Sprintf("%q is no amount; write a share of what there is, such as 92%%, or a quantity such as 300Mi, 500m or 2", a.text)
	}
	return ""
}

// JSONSchema describes an Amount to editors.
func (Amount) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		OneOf: []*jsonschema.Schema{
			{Type: "string", Pattern: `^([1-9][0-9]?%|[0-9.]+([mkMGT]|[KMGT]i)?)$`},
			{Type: "number", ExclusiveMinimum: "0"},
		},
		Examples: []any{"92%", "300Mi", 2},
	}
}
