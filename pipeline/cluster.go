package pipeline

import (
	"context"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/runs"
)

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
	created, err := cluster.Create(ctx, s.runner, config, sink)
	if err != nil {
		return err
	}
	if err := s.reach(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return created.Connect(ctx, config, sink) })
	group.Go(func() error { return created.Load(ctx, others, s.store.WriteOCIArchive, sink) })
	if err := group.Wait(); err != nil {
		return err
	}
	// Known from here on only: one that is half made is not worth keeping.
	s.cluster = created
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
		Name: s.run.Name, Label: runs.Label, Owner: s.options.runs().Owner(), Kubeconfig: s.run.Kubeconfig(), APIServer: s.run.APIServer(), Engine: s.engine(),
		Nodes: nodes, Reserved: s.content.Cluster.Reserved, Delegate: s.content.Cluster.Delegate, CgroupV1: s.machine.CgroupVersion == 1, RestrictOOM: !s.machine.CanRaiseLimits, Offline: !s.machine.Resolver,
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

// rest reaches the run's cluster, or the user's.
func (s *state) rest() (*rest.Config, error) {
	return restConfig(s.kubeconfig())
}

// kubeconfig is the file of the cluster: the one given, or that of the run.
func (s *state) kubeconfig() string {
	if s.options.Kubeconfig != "" {
		return s.options.Kubeconfig
	}
	return s.run.Kubeconfig()
}

func restConfig(path string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig %s: %w", path, err)
	}
	return config, nil
}
