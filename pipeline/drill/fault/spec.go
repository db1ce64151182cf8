package fault

import (
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
)

// Spec is one item of the key `faults` of a drill file: exactly one of its fields is set.
// Every field is a pointer to a type that is a Fault.
type Spec struct {
	// Sets the number of replicas of a Deployment or a StatefulSet, back to what it was in the end.
	Scale *Scale `yaml:"scale,omitempty" json:"scale,omitempty"`
	// Ends every pod of a program, whatever controller runs them.
	Stop *Stop `yaml:"stop,omitempty" json:"stop,omitempty"`
	// Deletes objects.
	Delete *Delete `yaml:"delete,omitempty" json:"delete,omitempty"`
	// Creates objects in a namespace of the drill.
	Create *Create `yaml:"create,omitempty" json:"create,omitempty"`
	// Runs a program in a pod.
	Exec *Exec `yaml:"exec,omitempty" json:"exec,omitempty"`
	// Uses memory or CPU.
	Hog *Hog `yaml:"hog,omitempty" json:"hog,omitempty"`
	// Fills a volume.
	Fill *Fill `yaml:"fill,omitempty" json:"fill,omitempty"`
	// Drops what goes to and from pods.
	Cut *Cut `yaml:"cut,omitempty" json:"cut,omitempty"`
	// Stops every process of a node.
	Pause *Pause `yaml:"pause,omitempty" json:"pause,omitempty"`
	// Puts a node under pressure of disk or memory.
	Pressure *Pressure `yaml:"pressure,omitempty" json:"pressure,omitempty"`
	// Ends a part of the control plane.
	Halt *Halt `yaml:"halt,omitempty" json:"halt,omitempty"`
	// Changes fields of an object.
	Patch *Patch `yaml:"patch,omitempty" json:"patch,omitempty"`
	// Makes a demo app misbehave by its admin port.
	Behave *Behave `yaml:"behave,omitempty" json:"behave,omitempty"`
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
