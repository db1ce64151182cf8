package content

import (
	"cmp"
	"maps"

	"firedrill/pipeline/strict"
)

// handNames gives the scheme of names to every chart, as a value that Helm hands
// to its subcharts as well. A release that is given another one keeps that. Where a
// delegation names no zone, it is that of the names.
func (c *Content) handNames() {
	if c.Names == nil {
		return
	}
	for i := range c.Cluster.Delegate {
		d := &c.Cluster.Delegate[i]
		d.Zone = cmp.Or(d.Zone, c.Names.Domain)
	}
	for i := range c.Releases {
		r := &c.Releases[i]
		global, ok := r.Set["global"].(map[string]any)
		if _, given := r.Set["global"]; given && !ok {
			continue // its chart's schema says what is wrong with that
		}
		if _, given := global["names"]; given {
			continue
		}
		r.Set = with(r.Set, "global", with(global, "names", c.Names.Values()))
	}
}

// with is a copy of a mapping, which may be nil, that has one more key.
func with(values map[string]any, key string, value any) map[string]any {
	all := map[string]any{}
	maps.Copy(all, values)
	all[key] = value
	return all
}

// checkAddresses wants the scheme of the names that are to be visited.
func (c *Content) checkAddresses(file *strict.File) {
	if c.Addresses == nil {
		return
	}
	checkEndpoint(file, "addresses.ingress", c.Addresses.Ingress)
	if c.Addresses.DNS != nil {
		checkEndpoint(file, "addresses.dns", *c.Addresses.DNS)
	}
	c.Addresses.Check(file, "addresses")
	if c.Names == nil {
		file.Errorf("addresses", "needs names, of which addresses are made; give them, such as names: {env: sandbox, cluster: kind, domain: firedrill.test}")
	}
}
