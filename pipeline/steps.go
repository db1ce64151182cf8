package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/runs"
)

// made is what steps have made for the ones after them.
type made struct {
	run     *runs.Run
	machine *machine.Machine
	store   *images.Store
	images  []images.Image
	cluster *cluster.Cluster
	// results are what a step as a whole adds to its items.
	results map[string]any
}

func (s *state) inspectMachine(ctx context.Context, sink event.Sink) error {
	var err error
	if s.machine, err = machine.Inspect(ctx, s.options.machine(s.specs), sink); err != nil {
		return err
	}
	if err := s.machine.Ready(); err != nil {
		return err
	}
	return s.sweep(ctx, sink)
}

// machine says what the machine step should look for.
func (o Options) machine(specs images.Specs) machine.Options {
	return machine.Options{
		Engine: o.Engine, Images: o.Images, Registries: registries(o.Mirror, specs),
		ConfigDir: o.engineDir(), CacheDir: o.Cache,
	}
}

// registries are the hosts that images would be pulled from.
func registries(mirror string, specs images.Specs) []string {
	if mirror != "" {
		host, _, _ := strings.Cut(mirror, "/")
		return []string{host}
	}
	var hosts []string
	for _, spec := range specs {
		named, err := reference.ParseNormalizedNamed(spec.Name)
		if err == nil && reference.Domain(named) != "localhost" {
			hosts = append(hosts, reference.Domain(named))
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

func (s *state) ensureImages(ctx context.Context, sink event.Sink) error {
	source, err := images.ParseSource(s.options.Images)
	if err != nil {
		return err
	}
	s.store = images.Open(s.options.Cache)
	s.images, err = images.Ensure(ctx, images.Options{
		Specs: s.specs, Store: s.store, Source: source, Mirror: s.options.Mirror, Pins: s.pins,
		RegistryAnswers: &s.machine.Registry, Memory: int64(s.machine.MemoryBytes), Cores: s.machine.Cores, Sink: sink,
	})
	if err != nil {
		return err
	}
	return s.checkImages()
}

// checkImages finds images that charts name and nobody can provide, before a
// pod waits for one.
func (s *state) checkImages() error {
	used, err := deploy.Images(s.content.Dir, s.content.Releases)
	if err != nil || s.machine.Registry {
		return err // with a registry in reach, nodes pull what the store lacks
	}
	for _, image := range s.images {
		delete(used, image.Name)
	}
	var errs []error
	for image, where := range used {
		errs = append(errs, fmt.Errorf("image %s is in no folder of %s and no registry answers; it is wanted by %s",
			image, s.content.Images, strings.Join(where, "; ")))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func (s *state) createCluster(ctx context.Context, sink event.Sink) error {
	if s.options.Kubeconfig != "" {
		return skipped("the cluster of " + s.options.Kubeconfig + " is used")
	}
	node, others, err := s.splitImages()
	if err != nil {
		return err
	}
	config, err := s.clusterConfig(node)
	if err != nil {
		return err
	}
	if s.cluster, err = cluster.Create(ctx, s.runner, config, sink); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.cluster.Connect(ctx, config, sink) })
	group.Go(func() error { return s.cluster.Load(ctx, others, s.store.WriteOCIArchive, sink) })
	if err := group.Wait(); err != nil {
		return err
	}
	if !s.options.KubeconfigMerge {
		return nil
	}
	// Marked first: a mark too many is harmless, an entry too many is not.
	if err := s.run.Merge(); err != nil {
		return err
	}
	return s.cluster.MergeKubeconfig()
}

func (s *state) clusterConfig(node images.Image) (cluster.Config, error) {
	nodes := s.options.Nodes
	if nodes == 0 {
		nodes = s.content.Cluster.Nodes
	}
	name, err := images.FullName(node.Name)
	return cluster.Config{
		Name: s.run.Name, Label: runs.Label, Kubeconfig: s.run.Kubeconfig(), Engine: s.engine(),
		Nodes: nodes, CgroupV1: s.machine.CgroupVersion == 1, RestrictOOM: !s.machine.CanRaiseLimits, Offline: !s.machine.Resolver,
		Image: cluster.NodeImage{
			Name: name, ID: node.ConfigDigest, OwnNetwork: node.Labels[networkLabel] != "",
			Archive: func(w io.Writer) error { return s.store.WriteDockerArchive(w, []string{node.Name}) },
		},
	}, err
}

func (s *state) engine() cluster.Engine {
	return cluster.Engine{Name: s.machine.Engine.Name, Env: s.machine.Engine.Env}
}

// networkLabel is on node images that bring no pod network of their own, see
// images/node/image.yaml.
const networkLabel = "firedrill.network"

// nodeRepository is how the node image is told from those for pods.
const nodeRepository = "kindest/node:"

// splitImages parts the node image from the images that go into nodes.
func (s *state) splitImages() (node images.Image, others []cluster.Image, err error) {
	for _, image := range s.images {
		switch {
		case strings.Contains(image.Name, nodeRepository):
			node = image
		case image.Within == "":
			others = append(others, cluster.Image{Name: image.Name, Digest: image.Digest})
		}
	}
	if node.Name == "" {
		return node, nil, fmt.Errorf("no image in %s is named %sVERSION: a cluster needs a node image", s.content.Images, nodeRepository)
	}
	return node, others, nil
}

// rest reaches the run's cluster, or the user's.
func (s *state) rest() (*rest.Config, error) {
	path := s.options.Kubeconfig
	if path == "" {
		path = s.run.Kubeconfig()
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig %s: %w", path, err)
	}
	return config, nil
}

func (s *state) deployReleases(ctx context.Context, sink event.Sink) error {
	config, err := s.rest()
	if err != nil {
		return err
	}
	_, err = deploy.Deploy(ctx, deploy.Options{
		Releases: s.content.Releases, Dir: s.content.Dir, REST: config,
		Labels: map[string]string{runs.Label: s.run.Name}, Sink: sink,
	})
	return err
}

func (s *state) importDashboards(context.Context, event.Sink) error {
	// endpoints.grafana arrives with the Grafana release itself.
	return skipped("no Grafana release")
}

func (s *state) holdDrills(ctx context.Context, sink event.Sink) error {
	if len(s.drills) == 0 {
		return skipped("firedrill.yaml names no smoketests")
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	servers, err := drill.Connect(config, s.content.Endpoints)
	if err != nil {
		return err
	}
	results, err := drill.RunAll(ctx, drill.Options{Servers: servers, Sink: sink}, s.drills)
	s.results = map[string]any{"drill": coverage(s.rules, results)}
	return err
}

// choose keeps the named drills.
func (s *state) choose(names []string) error {
	if len(names) == 0 {
		return nil
	}
	var chosen []drill.Drill
	for _, name := range names {
		i := slices.IndexFunc(s.drills, func(d drill.Drill) bool { return d.Name == name })
		if i < 0 {
			return fmt.Errorf("no drill %q in %s: `firedrill drill --list` shows those there are", name, s.content.Smoketests)
		}
		chosen = append(chosen, s.drills[i])
	}
	s.drills = chosen
	return nil
}
