package fault

import (
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
)

// Spec is the key `fault` of a drill file: exactly one of its fields is set.
// Every field is a pointer to a type that is a Fault.
type Spec struct {
	// Sets the number of replicas of a Deployment, back to what it was in the end.
	Scale *Scale `yaml:"scale,omitempty" json:"scale,omitempty"`
}

// Given returns the faults that are set, by the name of their kind.
func (s Spec) Given() map[string]Fault {
	given := map[string]Fault{}
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		if !v.Field(i).IsNil() {
			given[kindName(v.Type().Field(i))] = v.Field(i).Interface().(Fault)
		}
	}
	return given
}

// Kinds names every kind of fault, in the order of Spec's fields.
func Kinds() []string {
	var kinds []string
	for f := range reflect.TypeFor[Spec]().Fields() {
		kinds = append(kinds, kindName(f))
	}
	return kinds
}

func kindName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}

// JSONSchemaExtend tells editors that exactly one kind is given.
func (Spec) JSONSchemaExtend(s *jsonschema.Schema) {
	one := uint64(1)
	s.MinProperties, s.MaxProperties = &one, &one
}
