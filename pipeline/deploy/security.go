package deploy

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"firedrill/pipeline/strict"
)

// Namespace says what the pods of a namespace may do, by Kubernetes' Pod
// Security Standards.
type Namespace struct {
	Name string `yaml:"name" json:"name" jsonschema:"required,minLength=1,maxLength=63,pattern=^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" jsonschema_description:"Name of the namespace. It is created when it does not exist, also without a release of its own."`
	// Security is a level of the standards.
	Security string `yaml:"security" json:"security" jsonschema:"required,enum=restricted,enum=baseline,enum=privileged" jsonschema_description:"What its pods may do at most, by Kubernetes' Pod Security Standards."`
	// Because is why the namespace is less confined than it could be.
	Because string `yaml:"because,omitempty" json:"because,omitempty" jsonschema_description:"Why its pods must be allowed more than restricted; needed then."`
}

// levels of the Pod Security Standards, the strictest first.
var levels = []string{"restricted", "baseline", "privileged"}

// labels by which the API server refuses pods that do more than they may. What
// is let in and not as strict as it could be is warned of.
func (n Namespace) labels() map[string]string {
	return map[string]string{
		"pod-security.kubernetes.io/enforce": n.Security,
		"pod-security.kubernetes.io/warn":    levels[0],
	}
}

// ValidateNamespaces records in f every mistake of the list at at.
func ValidateNamespaces(f *strict.File, at string, namespaces []Namespace) {
	first := map[string]int{}
	for i, n := range namespaces {
		here := fmt.Sprintf("%s[%d]", at, i)
		if wrong := validation.IsDNS1123Label(n.Name); len(wrong) > 0 {
			f.Errorf(here+".name", "%q cannot be a namespace: at most 63 lower case letters, digits and hyphens", n.Name)
		}
		if j, twice := first[n.Name]; twice {
			f.Errorf(here+".name", "%q is the name of %s[%d] already; say all of a namespace once", n.Name, at, j)
		} else {
			first[n.Name] = i
		}
		switch {
		case !slices.Contains(levels, n.Security):
			f.Errorf(here+".security", "%q is no level; there are: %s", n.Security, strings.Join(levels, ", "))
		case n.Security != levels[0] && strings.TrimSpace(n.Because) == "":
			f.Errorf(here+".because", "is missing; say why the pods of %s must be allowed more than %s", n.Name, levels[0])
		}
	}
}

// security finds what is said of a namespace; of most nothing is.
func (d *deployer) security(name string) map[string]string {
	for _, n := range d.Namespaces {
		if n.Name == name {
			return n.labels()
		}
	}
	return nil
}
