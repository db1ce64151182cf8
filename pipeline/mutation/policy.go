package mutation

import (
	"fmt"
	"slices"

	"firedrill/pipeline/strict"
)

// Policy is policies/mutants.yaml.
type Policy struct {
	Equivalent []Allowance `yaml:"equivalent" jsonschema_description:"Mutants that no drill can tell from their rule."`
}

// Allowance lets a mutant live.
type Allowance struct {
	Mutant string `yaml:"mutant" jsonschema:"minLength=1" jsonschema_description:"Name of the mutant, such as WebsiteDown__threshold_lower."`
	Reason string `yaml:"reason" jsonschema:"minLength=1" jsonschema_description:"Why no drill can tell it from the rule."`
}

// LoadPolicy reads the file and makes sure that it names mutants that there are.
// Without a file none may live.
func LoadPolicy(path string, mutants []Mutant) (Policy, error) {
	var p Policy
	file, err := strict.LoadIfThere(path, &p)
	if file == nil {
		return p, err
	}
	var names []string
	for _, m := range mutants {
		names = append(names, m.Name)
	}
	for i, a := range p.Equivalent {
		at := fmt.Sprintf("equivalent[%d]", i)
		if !slices.Contains(names, a.Mutant) {
			file.Errorf(at+".mutant", "there is no mutant %s; take the entry out%s", a.Mutant, strict.DidYouMean(a.Mutant, names))
		}
		if a.Reason == "" {
			file.Errorf(at+".reason", "is missing; say why no drill can tell the mutant from its rule")
		}
	}
	return p, file.Err()
}

func (p Policy) reason(mutant string) string {
	for _, a := range p.Equivalent {
		if a.Mutant == mutant {
			return a.Reason
		}
	}
	return ""
}
