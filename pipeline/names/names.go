// Package names is the scheme by which everything that people reach is called:
// <app>.<env>.<cluster>.<domain>, such as grafana.sandbox.kind.firedrill.test.
// Charts, certificates, links and checks all take it from firedrill.yaml.
package names

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"firedrill/pipeline/strict"
)

// Scheme is what all names of an environment end in.
type Scheme struct {
	Env     string `yaml:"env" json:"env" jsonschema:"minLength=1" jsonschema_description:"Environment, such as sandbox or prod."`
	Cluster string `yaml:"cluster" json:"cluster" jsonschema:"minLength=1" jsonschema_description:"Cluster, such as kind or eu1."`
	Domain  string `yaml:"domain" json:"domain" jsonschema:"minLength=1" jsonschema_description:"Domain below which the names are, such as firedrill.test; one that your DNS server answers for."`
}

// Host is the name of an app.
func (s Scheme) Host(app string) string { return app + "." + s.Zone() }

// Zone is what the names of all apps end in, and a zone of DNS.
func (s Scheme) Zone() string { return s.Env + "." + s.Cluster + "." + s.Domain }

// Values are the scheme as charts get it, under global.names.
func (s Scheme) Values() map[string]any {
	return map[string]any{"env": s.Env, "cluster": s.Cluster, "domain": s.Domain}
}

// maxZone leaves room for a label of an app in a name of DNS, which has 253.
const maxZone = 253 - 64

// Check records every mistake in the part of file that stands at that place.
func (s Scheme) Check(file *strict.File, at string) {
	label := func(key, value, such string) {
		switch {
		case value == "":
			file.Errorf(at+"."+key, "is missing; names are <app>.<env>.<cluster>.<domain>: give one such as %s", such)
		case len(validation.IsDNS1123Label(value)) > 0:
			file.Errorf(at+"."+key, "%q cannot be a part of a name: use at most 63 lower case letters, digits and hyphens", value)
		}
	}
	label("env", s.Env, "sandbox")
	label("cluster", s.Cluster, "kind")
	labels := strings.Split(s.Domain, ".")
	switch {
	case s.Domain == "":
		file.Errorf(at+".domain", "is missing; names are <app>.<env>.<cluster>.<domain>: give one such as firedrill.test")
	case slices.ContainsFunc(labels, func(l string) bool { return len(validation.IsDNS1123Label(l)) > 0 }):
		file.Errorf(at+".domain", "%q is no domain: write labels of lower case letters, digits and hyphens with a dot between them, such as firedrill.test", s.Domain)
	case len(s.Zone()) > maxZone:
		file.Errorf(at+".domain", "names would be too long: %s has %d characters, and no more than %d leave room for an app's name", s.Zone(), len(s.Zone()), maxZone)
	}
}
