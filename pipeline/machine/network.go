package machine

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"golang.org/x/sync/errgroup"
)

// networkDeadline is how long a registry or a name server may take to answer.
const networkDeadline = 3 * time.Second

// foreign is asked for when no registry has a name to ask for.
const foreign = "kubernetes.io"

type networkReport struct {
	registry bool
	resolver bool
	checks   []Check
}

// network asks every registry once, and the resolver for a foreign name.
func (i inspection) network(ctx context.Context) networkReport {
	ctx, cancel := context.WithTimeoutCause(ctx, networkDeadline, fmt.Errorf("no answer in %s", networkDeadline))
	defer cancel()
	hosts := i.options.Registries
	failures := make([]error, len(hosts))
	asked := foreignName(hosts)
	var unresolved error
	var g errgroup.Group
	for n, h := range hosts {
		g.Go(func() error { failures[n] = i.ask(ctx, h); return nil })
	}
	g.Go(func() error { unresolved = i.host.resolve(ctx, asked); return nil })
	_ = g.Wait() // what went wrong is in failures and unresolved

	registry := i.registry(hosts, failures)
	return networkReport{
		registry: registry.Status == OK,
		resolver: unresolved == nil,
		checks:   []Check{registry, resolver(asked, unresolved)},
	}
}

// foreignName is the first registry that is a name, not an address of this
// machine or network.
func foreignName(hosts []string) string {
	for _, h := range hosts {
		bare, _, err := net.SplitHostPort(h)
		if err != nil {
			bare = h
		}
		if net.ParseIP(bare) == nil && strings.Contains(bare, ".") {
			return bare
		}
	}
	return foreign
}

// ask makes the one request by which a registry shows that it is one. That it
// wants a login (401) is an answer, too.
func (i inspection) ask(ctx context.Context, host string) error {
	r, err := name.NewRegistry(host)
	if err != nil {
		return err
	}
	url := fmt.Sprintf("%s://%s/v2/", r.Scheme(), r.RegistryStr())
	status, err := i.host.status(ctx, url)
	if err != nil {
		return fmt.Errorf("%s does not answer: %w", host, err)
	}
	if status != http.StatusOK && status != http.StatusUnauthorized {
		return fmt.Errorf("%s is no registry: GET %s gave status %d", host, url, status)
	}
	return nil
}

func (i inspection) registry(hosts []string, failures []error) Check {
	c := Check{Name: "registry", Status: OK, Wanted: "a registry that answers, or images built from source"}
	var silent []string
	for _, err := range failures {
		if err != nil {
			silent = append(silent, err.Error())
		}
	}
	if len(hosts) > 0 && len(silent) == 0 {
		c.Found = strings.Join(hosts, ", ") + " answered"
		return c
	}
	c.Found = strings.Join(silent, "; ")
	if len(hosts) == 0 {
		c.Found = "no registry was named"
	}
	c.Status, c.Fix = Warning, "nothing: images are built from source; or name a mirror that answers"
	if i.options.Images == "registry" {
		c.Status, c.Fix = Lack, "name a mirror that answers, or build the images (--images source)"
	}
	return c
}

func resolver(asked string, err error) Check {
	c := Check{Name: "name resolution", Status: OK, Found: asked + " resolves", Wanted: "names outside resolve, if pods are to reach them"}
	if err != nil {
		c.Status, c.Found = Warning, err.Error()
		c.Fix = "nothing: the cluster answers 'no such name' for names outside; or see /etc/resolv.conf"
	}
	return c
}
