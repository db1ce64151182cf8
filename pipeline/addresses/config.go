package addresses

import (
	"fmt"
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation"

	"firedrill/pipeline/server"
	"firedrill/pipeline/strict"
)

// Addresses is what firedrill.yaml says under `addresses`.
type Addresses struct {
	Ingress server.Endpoint `yaml:"ingress" json:"ingress" jsonschema_description:"Service of the ingress controller, with its port for HTTPS."`
	Plain   int             `yaml:"plain,omitempty" json:"plain,omitempty" jsonschema:"minimum=1,maximum=65535" jsonschema_description:"Port of the same Service for HTTP, where everything is led to HTTPS; without it that is not looked at."`
	// DNS is asked over TCP, which a port-forward carries.
	DNS    *server.Endpoint `yaml:"dns,omitempty" json:"dns,omitempty" jsonschema_description:"Service of the DNS server that answers for the names: each has to lead to where the ingress controller is reached. Without it nobody asks for names."`
	Trust  *TrustBundle     `yaml:"trust,omitempty" json:"trust,omitempty" jsonschema_description:"Who may have signed; without it, whom this machine trusts."`
	Left   strict.Duration  `yaml:"left,omitempty" json:"left,omitzero" jsonschema_description:"How long certificates must still be good for at least, such as 24h; any time when not given."`
	Visits []Visit          `yaml:"visits" json:"visits" jsonschema:"minItems=1" jsonschema_description:"What is asked for, of each app that has a name."`
}

// TrustBundle is a ConfigMap with certificates of CAs.
type TrustBundle struct {
	Namespace string `yaml:"namespace" json:"namespace" jsonschema:"minLength=1" jsonschema_description:"Namespace of the ConfigMap."`
	ConfigMap string `yaml:"configMap" json:"configMap" jsonschema:"minLength=1" jsonschema_description:"ConfigMap with the certificates of CAs, such as firedrill-ca."`
	Key       string `yaml:"key" json:"key" jsonschema:"minLength=1" jsonschema_description:"Its key with them, as PEM, such as ca.crt."`
}

// String is the way a TrustBundle stands in messages.
func (t TrustBundle) String() string {
	return fmt.Sprintf("ConfigMap %s/%s, key %s", t.Namespace, t.ConfigMap, t.Key)
}

// Visit is what a visitor of an app asks for, and gets.
type Visit struct {
	App      string `yaml:"app" json:"app" jsonschema:"minLength=1" jsonschema_description:"What the name begins with; names has the rest of it."`
	Path     string `yaml:"path" json:"path" jsonschema:"pattern=^/" jsonschema_description:"Path that is asked for."`
	Status   int    `yaml:"status,omitempty" json:"status,omitempty" jsonschema:"minimum=100,maximum=599,default=200" jsonschema_description:"Status of the answer; 200 when not given."`
	Contains string `yaml:"contains,omitempty" json:"contains,omitempty" jsonschema_description:"A text that is in the answer, by which the app is told from another."`
}

// status is the one that the answer really has to have.
func (v Visit) status() int {
	if v.Status == 0 {
		return 200
	}
	return v.Status
}

var pathForm = regexp.MustCompile(`^/[^#\s]*$`)

// Check records every mistake in the part of file that stands at that place, but
// those in the endpoints ingress and dns, which are checked like all others.
func (c Addresses) Check(file *strict.File, at string) {
	if c.Plain < 0 || c.Plain > 65535 {
		file.Errorf(at+".plain", "%d is not a port; ports go from 1 to 65535", c.Plain)
	}
	if c.DNS != nil && c.DNS.Scheme != "" {
		file.Errorf(at+".dns.scheme", "a DNS server is asked by DNS, not by %s; leave it out", c.DNS.Scheme)
	}
	if c.Left.Given() && c.Left.Problem() != "" {
		file.Errorf(at+".left", "%s", c.Left.Problem())
	}
	if t := c.Trust; t != nil && (t.Namespace == "" || t.ConfigMap == "" || t.Key == "") {
		file.Errorf(at+".trust", "is incomplete; name the ConfigMap with the CA's certificate, such as {namespace: ingress, configMap: firedrill-ca, key: ca.crt}")
	}
	if len(c.Visits) == 0 {
		file.Errorf(at+".visits", "is missing; give the apps that have a name, such as [{app: website, path: /}]")
	}
	seen := map[string]int{}
	for i, v := range c.Visits {
		here := fmt.Sprintf("%s.visits[%d]", at, i)
		v.check(file, here)
		if first, twice := seen[v.App]; twice && v.App != "" {
			file.Errorf(here+".app", "%s has been named by visits[%d] already", v.App, first)
		}
		seen[v.App] = i
	}
}

func (v Visit) check(file *strict.File, at string) {
	switch {
	case v.App == "":
		file.Errorf(at+".app", "is missing; give what the name begins with, such as website")
	case len(validation.IsDNS1123Label(v.App)) > 0:
		file.Errorf(at+".app", "%q cannot begin a name: use at most 63 lower case letters, digits and hyphens", v.App)
	}
	if !pathForm.MatchString(v.Path) {
		file.Errorf(at+".path", "%q is not a path; give one such as /", v.Path)
	}
	if v.Status != 0 && (v.Status < 100 || v.Status > 599) {
		file.Errorf(at+".status", "%d is no status of an answer; they go from 100 to 599", v.Status)
	}
}
