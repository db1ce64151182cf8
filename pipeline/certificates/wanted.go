package certificates

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation"

	"firedrill/pipeline/strict"
)

// Wanted is what firedrill.yaml says of keys and certificates.
type Wanted struct {
	// Root is given by operators who keep one; each run makes its own otherwise.
	Root    string  `yaml:"root,omitempty" json:"root,omitempty" jsonschema_description:"Folder with the operator's root (root.crt, root.key), relative to this file; without it each run makes a root in its own folder, which goes with the run, and that of a cluster of --kubeconfig is kept in the cache."`
	Issuing Issuing `yaml:"issuing" json:"issuing" jsonschema:"required" jsonschema_description:"The Secret with the intermediate that the cluster signs with."`
	Trust   Trust   `yaml:"trust" json:"trust" jsonschema:"required" jsonschema_description:"Who is told to trust the root."`
	TSIG    *TSIG   `yaml:"tsig,omitempty" json:"tsig,omitempty" jsonschema_description:"The key by which DNS is updated, for those who may."`
}

// Issuing is where the intermediate is put.
type Issuing struct {
	Namespace string `yaml:"namespace" json:"namespace" jsonschema:"required,minLength=1" jsonschema_description:"That of cert-manager."`
	Secret    string `yaml:"secret" json:"secret" jsonschema:"required,minLength=1" jsonschema_description:"Name of the Secret, as the issuer names it."`
}

// Trust is where the bundle is put.
type Trust struct {
	ConfigMap  string   `yaml:"configMap" json:"configMap" jsonschema:"required,minLength=1" jsonschema_description:"Name of the ConfigMap, which has the bundle under ca.crt."`
	Namespaces []string `yaml:"namespaces" json:"namespaces" jsonschema:"required,minItems=1" jsonschema_description:"Namespaces that are given it; the file's namespaces has each of them."`
}

// TSIG is where the key for updates of DNS is put.
type TSIG struct {
	Key        string   `yaml:"key" json:"key" jsonschema:"required,minLength=1" jsonschema_description:"Name of the key, which both sides must call it."`
	Secret     string   `yaml:"secret" json:"secret" jsonschema:"required,minLength=1" jsonschema_description:"Name of the Secret, which has the key under key, and as BIND reads it under named.conf."`
	Namespaces []string `yaml:"namespaces" json:"namespaces" jsonschema:"required,minItems=1" jsonschema_description:"Namespaces that are given it: those of the DNS server and of who updates it."`
}

// Check records what is wrong with the configuration. known are the namespaces
// that exist before any release.
func (c Wanted) Check(file *strict.File, at string, known []string) {
	checkName(file, at+".issuing.secret", c.Issuing.Secret)
	checkNamespace(file, at+".issuing.namespace", c.Issuing.Namespace, known)
	checkName(file, at+".trust.configMap", c.Trust.ConfigMap)
	checkNamespaces(file, at+".trust.namespaces", c.Trust.Namespaces, known)
	if c.TSIG == nil {
		return
	}
	checkName(file, at+".tsig.key", c.TSIG.Key)
	checkName(file, at+".tsig.secret", c.TSIG.Secret)
	checkNamespaces(file, at+".tsig.namespaces", c.TSIG.Namespaces, known)
}

func checkName(file *strict.File, at, name string) {
	if len(validation.IsDNS1123Subdomain(name)) > 0 {
		file.Errorf(at, "%q cannot be a name: use lower case letters, digits, hyphens and dots", name)
	}
}

func checkNamespaces(file *strict.File, at string, names, known []string) {
	if len(names) == 0 {
		file.Errorf(at, "there is none; name at least one")
	}
	for i, name := range names {
		checkNamespace(file, fmt.Sprintf("%s[%d]", at, i), name, known)
	}
}

func checkNamespace(file *strict.File, at, name string, known []string) {
	for _, k := range known {
		if k == name {
			return
		}
	}
	file.Errorf(at, "namespaces does not list %q, so nobody creates it before the releases; list it there", name)
}
