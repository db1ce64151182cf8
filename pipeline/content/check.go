package content

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/logs"
	"firedrill/pipeline/server"
	"firedrill/pipeline/strict"
	"firedrill/pipeline/usage"
)

// maxNodes bounds what one machine is asked to carry.
const maxNodes = 10

// maxReserved bounds the nodes that stand by for drills.
const maxReserved = 3

// CheckNodes refuses a number of nodes that a run would not create.
func CheckNodes(n int) error {
	if n < 1 || n > maxNodes {
		return fmt.Errorf("%d nodes: wanted 1 to %d", n, maxNodes)
	}
	return nil
}

// check records every mistake of the file but those inside the releases, which
// deploy.Validate finds.
func (c *Content) check(file *strict.File) {
	if err := CheckNodes(c.Cluster.Nodes); err != nil {
		file.Errorf("cluster.nodes", "%v", err)
	}
	if n := c.Cluster.Reserved; n < 0 || n > maxReserved {
		file.Errorf("cluster.reserved", "%d nodes: wanted 0 to %d", n, maxReserved)
	}
	for i, d := range c.Cluster.Delegate {
		c.checkDelegation(file, fmt.Sprintf("cluster.delegate[%d]", i), d)
	}
	if c.Images == "" {
		file.Errorf("images", "is missing; name the folder with one folder per image, such as images")
	}
	checkFolder(file, "images", c.Images)
	if c.Names != nil {
		c.Names.Check(file, "names")
	}
	c.checkAddresses(file)
	if len(c.Releases) == 0 {
		file.Errorf("releases", "there is no release; name at least one chart to deploy")
	}
	checkRules(file, c.Rules)
	checkFolder(file, "dashboards", c.Dashboards)
	checkFolder(file, "smoketests", c.Smoketests)
	if c.Smoketests != "" && len(c.Rules.All()) == 0 {
		file.Errorf("rules", "is missing; drills (smoketests) need the rules that are expected to fire: give the rule files, such as {prometheus: [charts/*/rules/*.yaml]}")
	}
	checkFolder(file, "policies", c.Policies)
	checkEndpoints(file, c.Endpoints, c.Smoketests != "" || c.Budget != nil || c.TestChannels)
	if c.Logs != nil {
		checkEndpoint(file, "logs.loki", c.Logs.Loki)
		checkEndpoint(file, "logs.website", c.Logs.Website.Endpoint)
		logs.Check(file, "logs", *c.Logs)
	}
	if c.Budget != nil {
		c.Budget.Check(file, "budget")
	}
	if c.Ceiling != nil {
		usage.Budget(*c.Ceiling).Check(file, "ceiling")
	}
	if c.Certificates != nil {
		var known []string
		for _, n := range c.Namespaces {
			known = append(known, n.Name)
		}
		c.Certificates.Check(file, "certificates", known)
	}
	if c.Grafana != nil {
		checkEndpoint(file, "grafana", c.Grafana.Endpoint)
		if c.Grafana.Scheme == "https" {
			file.Errorf("grafana.scheme", "Grafana is reached by port-forward, over HTTP; leave it out")
		}
		checkGrafanaSecret(file, c.Grafana.Secret)
	}
}

func (c *Content) checkDelegation(file *strict.File, at string, d cluster.Delegation) {
	switch {
	case d.Zone == "" && c.Names == nil:
		file.Errorf(at+".zone", "is missing; name a domain, such as firedrill.test, or give names, whose domain it is then")
	case d.Zone != "" && len(validation.IsDNS1123Subdomain(d.Zone)) > 0:
		file.Errorf(at+".zone", "%q is not a zone; name a domain, such as firedrill.test", d.Zone)
	}
	if _, err := netip.ParseAddr(d.Server); err != nil {
		file.Errorf(at+".server", "%q is not an address; DNS servers are named by theirs, such as 10.96.0.53", d.Server)
	}
}

func checkFolder(file *strict.File, at, path string) {
	if path == "" {
		return
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		file.Errorf(at, "there is no folder %s; name one, relative to %s", path, file.Path)
	case err != nil:
		file.Errorf(at, "look at the folder: %v", err)
	case !info.IsDir():
		file.Errorf(at, "%s is a file; name a folder", path)
	}
}

// checkRules finds globs without a file: each would make the rules of its
// drills unknown, which is a message about the wrong thing.
func checkRules(file *strict.File, rules drill.RuleFiles) {
	for _, e := range rules.All() {
		for i, glob := range e.Globs {
			at := fmt.Sprintf("rules.%s[%d]", e.By, i)
			switch files, err := filepath.Glob(glob); {
			case err != nil:
				file.Errorf(at, "%q is not a glob; close its brackets", glob)
			case len(files) == 0:
				file.Errorf(at, "no rule file matches %s; name files, with * for any part of a name, relative to %s", glob, file.Path)
			}
		}
	}
}

// rulesErr is what is wrong with the rule files that are there. A chart that
// cannot render one knows neither its path nor the line.
func (c *Content) rulesErr() error {
	there := func(globs []string) []string {
		return slices.DeleteFunc(slices.Clone(globs), func(glob string) bool {
			files, _ := filepath.Glob(glob)
			return len(files) == 0 // checkRules has said so
		})
	}
	r := c.Rules
	_, err := drill.Rules(drill.RuleFiles{
		Prometheus: there(r.Prometheus), Grafana: there(r.Grafana), Loki: there(r.Loki), Inbox: there(r.Inbox),
	})
	return err
}

// checkEndpoints wants all of the endpoints or, where there are no drills to
// watch, none.
func checkEndpoints(file *strict.File, e drill.Endpoints, drills bool) {
	if e == (drill.Endpoints{}) {
		if drills {
			file.Errorf("endpoints", "is missing; drills (smoketests) need the Services of prometheus, alertmanager and inbox")
		}
		return
	}
	checkEndpoint(file, "endpoints.prometheus", e.Prometheus)
	checkEndpoint(file, "endpoints.alertmanager", e.Alertmanager)
	checkEndpoint(file, "endpoints.inbox", e.Inbox)
}

func checkEndpoint(file *strict.File, at string, e server.Endpoint) {
	if e == (server.Endpoint{}) {
		file.Errorf(at, "is missing; name its Service, such as {namespace: monitoring, service: inbox, port: 8080}")
		return
	}
	checkName(file, at+".namespace", e.Namespace, "the Service's namespace")
	checkName(file, at+".service", e.Service, "the Service")
	switch {
	case e.Port == 0:
		file.Errorf(at+".port", "is missing; give the Service's port, such as 8080")
	case e.Port < 1 || e.Port > 65535:
		file.Errorf(at+".port", "%d is not a port; ports go from 1 to 65535", e.Port)
	}
	if !slices.Contains([]string{"", "http", "https"}, e.Scheme) {
		file.Errorf(at+".scheme", "%q is neither http nor https", e.Scheme)
	}
}

func checkName(file *strict.File, at, name, what string) {
	switch {
	case name == "":
		file.Errorf(at, "is missing; name %s", what)
	case len(validation.IsDNS1123Label(name)) > 0:
		file.Errorf(at, "%q cannot be the name of %s: use at most 63 lower case letters, digits and hyphens", name, what)
	}
}

// checkGrafanaSecret allows dots, which a Secret's name may have and a Service's or
// a namespace's may not.
func checkGrafanaSecret(file *strict.File, name string) {
	const at = "grafana.secret"
	switch {
	case name == "":
		file.Errorf(at, "is missing; name the Secret with Grafana's user and password")
	case len(validation.IsDNS1123Subdomain(name)) > 0:
		file.Errorf(at, "%q cannot be the name of a Secret: use at most 253 lower case letters, digits, hyphens and dots", name)
	}
}
