package deploy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/deploy/ready"
	"firedrill/pipeline/event"
)

// Options say what to deploy, and where.
type Options struct {
	Releases []Release
	// Namespaces say what pods may do; those of no release are created too,
	// before any release.
	Namespaces []Namespace
	// Dir is where relative paths of the releases start: firedrill.yaml's folder.
	Dir string
	// REST reaches the cluster.
	REST *rest.Config
	// Labels mark what Deploy creates: the namespaces, and the releases that it
	// installs. What was there before keeps its labels.
	Labels map[string]string
	// Alone says that nobody else deploys to the cluster meanwhile, so that a release
	// which is pending was left by a deployment that was killed.
	Alone bool
	// CertManager is the namespace in which ClusterIssuers find their Secrets,
	// cert-manager by default: there is looked why a certificate does not come.
	CertManager string
	// Parallel is how many releases are worked on at the same time, 4 by default.
	Parallel int
	// Sink takes an item for each release.
	Sink event.Sink
}

// backend is the cluster as Helm sees it.
type backend interface {
	// configuration returns Helm's configuration for a namespace, and the
	// client that its actions are to use.
	configuration(namespace string) (*action.Configuration, helmClient, error)
	// capabilities returns what charts are told of the cluster.
	capabilities() (*chartutil.Capabilities, error)
	// forget is called when the cluster has been taught new kinds.
	forget()
}

// deployer is one run of Deploy or AwaitLater.
type deployer struct {
	Options
	backend backend
	cluster ready.Cluster

	begun   time.Time
	mu      sync.Mutex
	results map[string]Result
}

func newDeployer(o Options) (*deployer, error) {
	c, err := connect(o.REST)
	if err != nil {
		return nil, err
	}
	c.cluster.CertManager = o.CertManager
	return &deployer{Options: o, backend: c, cluster: c.cluster}, nil
}

// Deploy installs or upgrades every release and returns when all are ready, or
// have failed or been skipped. It returns a result for each release that is
// ready, in the order of Options.Releases, also beside an error.
func Deploy(ctx context.Context, o Options) ([]Result, error) {
	if err := validate(o.Dir, o.Releases); err != nil {
		return nil, err
	}
	d, err := newDeployer(o)
	if err != nil {
		return nil, err
	}
	return d.deployAll(ctx)
}

func (d *deployer) deployAll(ctx context.Context) ([]Result, error) {
	if err := d.ensureNamespaces(ctx); err != nil {
		return nil, err
	}
	return d.each(graphOf(d.Releases), func(task *event.Task, r Release) (Result, error) { return d.deploy(ctx, task, r) })
}

// each does the work for every release in the order of the graph.
func (d *deployer) each(g graph, work func(*event.Task, Release) (Result, error)) ([]Result, error) {
	byName := map[string]Release{}
	for _, r := range d.Releases {
		byName[r.Name] = r
	}
	d.results, d.begun = map[string]Result{}, time.Now()
	err := g.walk(cmp.Or(d.Parallel, 4), func(name string) error {
		task := d.Sink.Start(name)
		result, err := work(task, byName[name])
		if err != nil {
			return task.End(fmt.Errorf("release %s in namespace %s: %w", name, byName[name].Namespace, err), nil)
		}
		return task.End(nil, d.keep(task, result))
	}, func(name, need string) {
		d.Sink.Start(name).Skip(fmt.Sprintf("it needs release %s, which is not ready", need))
	})
	return d.sorted(), err
}

// keep completes a result and remembers it.
func (d *deployer) keep(task *event.Task, result Result) Result {
	d.mu.Lock()
	defer d.mu.Unlock()
	result.Seconds, result.At = task.Seconds(), time.Since(d.begun).Seconds()
	result.Order = len(d.results) + 1
	d.results[result.Name] = result
	return result
}

func (d *deployer) sorted() []Result {
	var all []Result
	for _, r := range d.Releases {
		if result, ok := d.results[r.Name]; ok {
			all = append(all, result)
		}
	}
	return slices.Clip(all)
}
