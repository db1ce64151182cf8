// Package cluster creates and deletes kind clusters, and puts images into
// their nodes.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sigs.k8s.io/kind/pkg/cluster"

	"firedrill/pipeline/cluster/apiserver"
	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
)

// Engine is the container engine that carries the nodes.
type Engine struct {
	Name string   // docker, podman or nerdctl
	Env  []string // KEY=VALUE that every call of it needs
}

// Config says what cluster is wanted.
type Config struct {
	// Name is the run's name: kind labels the containers with it, and it is
	// the value of Label on the network.
	Name  string
	Label string // key of the label on everything that is created
	// Owner is one more label of the network, KEY=VALUE: by it Left tells the
	// runs of one cache from those of another on the same engine.
	Owner      string
	Kubeconfig string // file to write; the user's own is never touched
	// APIServer is a folder for what the API server reads, the key among it that
	// encrypts Secrets; it has to stay as long as the cluster does.
	APIServer string
	Engine    Engine
	Image     NodeImage
	Nodes     int
	// Reserved is the number of further nodes, kept free for drills.
	Reserved int
	// CgroupV1 lets the kubelet start on cgroup v1, which it refuses otherwise.
	CgroupV1 bool
	// RestrictOOM keeps containerd from lowering OOM scores, which fails
	// without CAP_SYS_RESOURCE.
	RestrictOOM bool
	// Offline makes the cluster's DNS answer NXDOMAIN for foreign names
	// instead of asking a resolver that does not answer.
	Offline bool
	// Delegate names zones of DNS for which others are in charge.
	Delegate []Delegation
	Timeout  time.Duration // for the whole creation; 0 for DefaultTimeout
}

// DefaultTimeout is for a busy machine with two cores and a node image that
// has to be loaded into the engine first.
const DefaultTimeout = 6 * time.Minute

// Cluster is a running cluster.
type Cluster struct {
	Name       string   `json:"name"`
	Kubeconfig string   `json:"-"`
	Nodes      []string `json:"nodes"`
	// Reserved are those of the nodes that are kept free for drills; known
	// only to the process that created the cluster.
	Reserved []string `json:"reserved,omitempty"`
	engine   engine
}

// Create makes the cluster's nodes. They are ready only after Connect, beside
// which Load can go on. On failure, or when ctx ends, everything that Create
// made is gone again.
func Create(ctx context.Context, runner command.Runner, cfg Config, sink event.Sink) (*Cluster, error) {
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.Timeout,
		fmt.Errorf("cluster %s was not made within %s", cfg.Name, cfg.Timeout))
	defer cancel()
	eng := engine{Engine: cfg.Engine, runner: runner}
	c, err := create(ctx, eng, cfg, sink)
	if err != nil {
		undo := Delete(context.WithoutCancel(ctx), runner, cfg.Engine, cfg.Label, cfg.Name)
		return nil, errors.Join(err, undo)
	}
	return c, nil
}

func create(ctx context.Context, eng engine, cfg Config, sink event.Sink) (*Cluster, error) {
	task := sink.Start("node image")
	if err := task.End(eng.loadNodeImage(ctx, cfg.Image, task.Progress), nil); err != nil {
		return nil, err
	}
	task = sink.Start("nodes")
	if err := task.End(eng.createNodes(ctx, cfg, task.Progress), nil); err != nil {
		return nil, err
	}
	c, err := Open(ctx, eng.runner, cfg.Engine, cfg.Name, cfg.Kubeconfig)
	if err == nil {
		c.Reserved = reservedNames(cfg)
	}
	return c, err
}

// createNodes runs kind. kind takes no context: when ours ends, the containers
// are removed under it, its next call fails, and it returns.
func (e engine) createNodes(ctx context.Context, cfg Config, progress func(string)) error {
	if err := apiserver.Write(cfg.APIServer); err != nil {
		return err
	}
	if err := e.createNetwork(ctx, cfg); err != nil {
		return err
	}
	var err error
	if cfg.APIServer, err = e.handOver(ctx, cfg); err != nil {
		return err
	}
	provider, err := e.provider(cfg.Name, progress)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		done <- provider.Create(cfg.Name,
			cluster.CreateWithV1Alpha4Config(kindConfig(cfg)),
			cluster.CreateWithNodeImage(cfg.Image.Name),
			cluster.CreateWithKubeconfigPath(cfg.Kubeconfig),
			// kind would delete a half-made cluster before anybody can read
			// its logs; Delete does so after the error has been made.
			cluster.CreateWithRetain(true),
			cluster.CreateWithDisplayUsage(false),
			cluster.CreateWithDisplaySalutation(false),
		)
	}()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("create cluster %s with kind: %w%s", cfg.Name, err, e.nodeLogs(ctx, cfg.Name))
		}
		return nil
	case <-ctx.Done():
		err := Delete(context.WithoutCancel(ctx), e.runner, e.Engine, cfg.Label, cfg.Name)
		<-done
		return errors.Join(context.Cause(ctx), err)
	}
}
