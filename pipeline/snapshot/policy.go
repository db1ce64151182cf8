package snapshot

import (
	"fmt"
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"firedrill/pipeline/strict"
)

// Policy is the file that lists what differs on purpose.
type Policy struct {
	Differs []Exclusion `yaml:"differs" jsonschema_description:"Fields that differ between two deployments of the same content, each with the reason."`
}

// Exclusion is a field that is not compared.
type Exclusion struct {
	Object string `yaml:"object" json:"object" jsonschema:"minLength=1" jsonschema_description:"Objects as NAMESPACE/KIND/NAME, or KIND/NAME for those without a namespace; * is any text."`
	Field  string `yaml:"field" json:"field" jsonschema:"minLength=1" jsonschema_description:"Path of the field, such as data.admin-password or metadata.annotations[example.org/key]; * is any key or place in a list."`
	Reason string `yaml:"reason" json:"reason" jsonschema:"minLength=1" jsonschema_description:"Why it differs, and why that is right."`
}

// LoadPolicy reads the file.
func LoadPolicy(file string) ([]Exclusion, error) {
	var policy Policy
	f, err := strict.Load(file, &policy)
	if err != nil {
		return nil, err
	}
	for i, e := range policy.Differs {
		at := fmt.Sprintf("differs[%d]", i)
		if n := strings.Count(e.Object, "/"); n < 1 || n > 2 {
			f.Errorf(at+".object", "%q is not of the form NAMESPACE/KIND/NAME or KIND/NAME", e.Object)
		} else if _, err := path.Match(e.Object, ""); err != nil {
			f.Errorf(at+".object", "%q is no pattern: %v", e.Object, err)
		}
		if len(split(e.Field)) == 0 {
			f.Errorf(at+".field", "is missing; name one, such as data.admin-password")
		}
		if e.Reason == "" {
			f.Errorf(at+".reason", "is missing; say why it differs, and why that is right")
		}
	}
	return policy.Differs, f.Err()
}

// about tells whether an exclusion is about an object.
func (e Exclusion) about(object *unstructured.Unstructured, namespace string) bool {
	name := object.GetKind() + "/" + object.GetName()
	if strings.Count(e.Object, "/") == 2 {
		name = namespace + "/" + name
	}
	found, _ := path.Match(e.Object, name) // the pattern was checked
	return found
}
