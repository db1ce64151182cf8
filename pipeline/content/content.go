// Package content reads firedrill.yaml, which names what a run works with:
// images, releases, dashboards, smoketests. Users replace it by their own.
package content

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/invopop/jsonschema"
	"k8s.io/apimachinery/pkg/api/resource"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/certificates"
	"firedrill/pipeline/cluster"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/deploy/modulechart"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/logs"
	"firedrill/pipeline/names"
	"firedrill/pipeline/server"
	"firedrill/pipeline/strict"
	"firedrill/pipeline/usage"
)

// Content is firedrill.yaml. Load makes its folders and globs relative to the
// working folder instead of the file's; the paths inside releases stay as they
// are and start from Dir.
type Content struct {
	Cluster  Cluster          `yaml:"cluster,omitempty" jsonschema_description:"The cluster that a run creates."`
	Images   string           `yaml:"images" jsonschema:"minLength=1" jsonschema_description:"Folder with one folder per image, relative to this file."`
	Names    *names.Scheme    `yaml:"names,omitempty" jsonschema_description:"What people reach is called <app>.<env>.<cluster>.<domain>; charts get it as global.names."`
	Releases []deploy.Release `yaml:"releases" jsonschema:"minItems=1" jsonschema_description:"Helm releases; those that do not need each other are installed side by side."`
	// Namespaces may be fewer than the releases have.
	Namespaces []deploy.Namespace `yaml:"namespaces,omitempty" jsonschema_description:"What the pods of namespaces may do; of a namespace that is not named here the cluster's default holds."`
	// Certificates are made before the releases, which need them.
	Certificates *certificates.Wanted `yaml:"certificates,omitempty" jsonschema_description:"Keys and certificates that the cluster is given before the releases: the intermediate that it signs with, the trust bundle, the key for updates of DNS."`
	Rules        drill.RuleFiles      `yaml:"rules,omitempty" jsonschema_description:"Rule files that the releases ship, by who evaluates them, relative to this file; every drill names one of their rules."`
	Dashboards   string               `yaml:"dashboards,omitempty" jsonschema_description:"Folder of Grafana dashboards as JSON, relative to this file."`
	Smoketests   string               `yaml:"smoketests,omitempty" jsonschema_description:"Folder of drills, relative to this file. They need rules and endpoints."`
	Endpoints    drill.Endpoints      `yaml:"endpoints,omitempty" jsonschema_description:"Services through which the servers are reached."`
	Logs         *logs.Config         `yaml:"logs,omitempty" jsonschema_description:"Proof that logs arrive: a line of the website is looked for in Loki; without it there is none."`
	Addresses    *addresses.Addresses `yaml:"addresses,omitempty" jsonschema_description:"What people reach by name is visited over HTTPS after the deployment; needs names."`
	Policies     string               `yaml:"policies,omitempty" jsonschema_description:"Folder of policies, relative to this file; panels.yaml in it lists the panels of dashboards that may be empty."`
	Ceiling      *Ceiling             `yaml:"ceiling,omitempty" jsonschema_description:"What all drills together may take of the machine underneath; a drill that needs more is refused."`
	Budget       *usage.Budget        `yaml:"budget,omitempty" jsonschema_description:"What all releases together may use while nothing happens; more fails the run."`
	Grafana      *Grafana             `yaml:"grafana,omitempty" jsonschema_description:"The Grafana that the dashboards are imported into; without it they are not."`
	// TestChannels is not done unless it is asked for: people may get what is sent.
	TestChannels bool `yaml:"testChannels,omitempty" jsonschema_description:"One marked notification is sent through each receiver of Alertmanager and Grafana after the drills, and has to arrive; needs endpoints. Whoever is behind a receiver gets it."`
	// Dir is the file's folder.
	Dir string `yaml:"-"`
}

// Cluster is the shape of the cluster that a run creates.
type Cluster struct {
	Nodes int `yaml:"nodes,omitempty" jsonschema:"minimum=1,maximum=10,default=1" jsonschema_description:"Number of nodes; the first is the control plane and takes pods too."`
	// Delegate is what the parent zone would say outside.
	Delegate []cluster.Delegation `yaml:"delegate,omitempty" jsonschema_description:"Zones of DNS for which the cluster asks a server of its own."`
	Reserved int                  `yaml:"reserved,omitempty" jsonschema:"minimum=0,maximum=3" jsonschema_description:"Number of worker nodes besides that are kept free for drills, which pause and fill them."`
}

// Ceiling bounds what drills take. Its amounts are written as those of a budget.
type Ceiling struct {
	Memory usage.Quantity `yaml:"memory,omitempty" json:"memory,omitzero" jsonschema_description:"Memory that drills may use at a time, such as 4Gi; no bound without it."`
	CPU    usage.Quantity `yaml:"cpu,omitempty" json:"cpu,omitzero" jsonschema_description:"CPU that drills may use at a time, such as 1500m or 1.5 (cores); no bound without it."`
}

// JSONSchemaExtend tells editors that a ceiling bounds something.
func (Ceiling) JSONSchemaExtend(s *jsonschema.Schema) {
	one := uint64(1)
	s.MinProperties = &one
}

// Amounts are the ceiling as faults take it; without one there is no bound.
func (c *Ceiling) Amounts() (bound fault.Ceiling) {
	if c == nil {
		return bound
	}
	// Load has refused what is no quantity; nothing stays zero, which is no bound.
	bound.Memory, _ = resource.ParseQuantity(c.Memory.String())
	bound.CPU, _ = resource.ParseQuantity(c.CPU.String())
	return bound
}

// Grafana is how the Grafana of a release is reached and logged into.
type Grafana struct {
	server.Endpoint `yaml:",inline"`
	// Secret holds the keys admin-user and admin-password, as Grafana's own
	// chart makes it.
	Secret string `yaml:"secret" jsonschema:"minLength=1" jsonschema_description:"Secret in the same namespace with the keys admin-user and admin-password."`
}

// JSONSchemaExtend tells editors what drills need besides their folder.
func (Content) JSONSchemaExtend(s *jsonschema.Schema) {
	s.DependentRequired = map[string][]string{"smoketests": {"rules", "endpoints"}, "addresses": {"names"}}
}

// Load reads and checks the file. Every mistake is reported at once, each with
// file, line and what would be right. Charts that lie in Go modules are fetched
// with it.
func Load(ctx context.Context, path string, charts modulechart.Layer) (*Content, error) {
	c := Content{Cluster: Cluster{Nodes: 1}}
	file, err := strict.Load(path, &c)
	if err != nil {
		return nil, err
	}
	c.resolve(filepath.Dir(path))
	c.check(file)
	c.handNames()
	deploy.ValidateNamespaces(file, "namespaces", c.Namespaces)
	deploy.Fetch(ctx, charts, file, "releases", c.Releases)
	deploy.Validate(file, "releases", c.Releases)
	if err := file.Err(); err != nil {
		return nil, errors.Join(c.rulesErr(), err)
	}
	return &c, nil
}

// resolve makes paths relative to the file's folder, not to where the program
// happens to run.
func (c *Content) resolve(dir string) {
	c.Dir = dir
	for _, p := range []*string{&c.Images, &c.Dashboards, &c.Smoketests, &c.Policies} {
		*p = join(dir, *p)
	}
	if c.Certificates != nil {
		c.Certificates.Root = join(dir, c.Certificates.Root)
	}
	for _, e := range c.Rules.All() {
		for i := range e.Globs {
			e.Globs[i] = join(dir, e.Globs[i])
		}
	}
}

func join(dir, path string) string {
	if filepath.IsAbs(path) || path == "" {
		return path
	}
	return filepath.Join(dir, path)
}
