package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	watchtools "k8s.io/client-go/tools/watch"

	"firedrill/pipeline/event"
)

// readyTimeout is for nodes whose pod network has been set up.
const readyTimeout = 2 * time.Minute

// Connect makes the nodes ready: routes between them where the pod network is
// our own, the cluster's DNS, and then waits for the kubelets' word.
func (c *Cluster) Connect(ctx context.Context, cfg Config, sink event.Sink) error {
	task := sink.Start("network")
	return task.End(c.connect(ctx, cfg, task.Progress), nil)
}

func (c *Cluster) connect(ctx context.Context, cfg Config, progress func(string)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, readyTimeout, fmt.Errorf("not ready within %s", readyTimeout))
	defer cancel()
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	if err != nil {
		return fmt.Errorf("read the run's kubeconfig: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("connect to cluster %s: %w", c.Name, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, name := range c.Nodes {
		group.Go(func() error { return c.withKubelet(ctx, name, waitReady(ctx, client, name, progress)) })
	}
	if cfg.Image.OwnNetwork {
		group.Go(func() error { return c.route(ctx, client) })
	}
	if cfg.Offline || len(cfg.Delegate) > 0 {
		group.Go(func() error { return setUpDNS(ctx, client, cfg) })
	}
	group.Go(func() error { return c.refuseAtOnce(ctx) })
	group.Go(func() error { return c.limit(ctx) })
	group.Go(func() error { return c.openAuditLog(ctx) })
	return group.Wait()
}

// waitReady returns when the node is ready, or with its last state.
func waitReady(ctx context.Context, client kubernetes.Interface, name string, progress func(string)) error {
	last := "it has not registered"
	err := watchNode(ctx, client, name, func(node *corev1.Node) bool {
		for _, condition := range node.Status.Conditions {
			if condition.Type == corev1.NodeReady {
				last = fmt.Sprintf("Ready is %s: %s", condition.Status, condition.Message)
				return condition.Status == corev1.ConditionTrue
			}
		}
		return false
	})
	if err != nil {
		return fmt.Errorf("wait for node %s: %w; last seen: %s", name, err, last)
	}
	progress("node " + name + " is ready")
	return nil
}

// watchNode returns nil as soon as done says so of the node's current state.
func watchNode(ctx context.Context, client kubernetes.Interface, name string, done func(*corev1.Node) bool) error {
	nodes := client.CoreV1().Nodes()
	selector := fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()
	lw := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			o.FieldSelector = selector
			return nodes.List(ctx, o)
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			o.FieldSelector = selector
			return nodes.Watch(ctx, o)
		},
	}
	_, err := watchtools.UntilWithSync(ctx, cache.ToListWatcherWithWatchListSemantics(lw, client), &corev1.Node{}, nil, func(e watch.Event) (bool, error) {
		node, ok := e.Object.(*corev1.Node)
		return ok && node.Name == name && done(node), nil
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// route tells every node where the pods of the others are, that its own are
// nowhere else, and to hide pods behind the node's address when they talk to the
// world outside.
func (c *Cluster) route(ctx context.Context, client kubernetes.Interface) error {
	routes, own := make([]string, len(c.Nodes)), make([]string, len(c.Nodes))
	for i, name := range c.Nodes {
		err := watchNode(ctx, client, name, func(node *corev1.Node) bool {
			address := internalAddress(node)
			routes[i] = node.Spec.PodCIDR + " via " + address
			// Each pod has a route of its own. What is for one that has ended
			// would leave the cluster by the default route.
			own[i] = "unreachable " + node.Spec.PodCIDR
			return node.Spec.PodCIDR != "" && address != ""
		})
		if err != nil {
			return fmt.Errorf("wait for the pod subnet of node %s: %w", name, err)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, name := range c.Nodes {
		here := slices.Clone(routes)
		here[i] = own[i]
		group.Go(func() error { return c.setUpNode(ctx, name, here) })
	}
	return group.Wait()
}

// refuseAtOnce has nodes refuse each connection to a Service without pods. By
// default the kernel says so once a second to an address: of Grafana's rules, which
// all ask a Prometheus that is gone, one is refused, and the others wait for 10 s
// until they give up by themselves.
func (c *Cluster) refuseAtOnce(ctx context.Context) error {
	return c.onEach(ctx, "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit")
}

func (c *Cluster) setUpNode(ctx context.Context, node string, routes []string) error {
	commands := [][]string{{
		"iptables", "-t", "nat", "-A", "POSTROUTING", "-s", podSubnet, "!", "-d", podSubnet,
		"-m", "addrtype", "!", "--dst-type", "LOCAL", "-j", "MASQUERADE",
	}}
	for _, r := range routes {
		commands = append(commands, append([]string{"ip", "route", "replace"}, strings.Fields(r)...))
	}
	for _, argv := range commands {
		if _, err := c.engine.run(ctx, append([]string{"exec", node}, argv...)...); err != nil {
			return fmt.Errorf("set up the pod network: %w", err)
		}
	}
	return nil
}

func internalAddress(node *corev1.Node) string {
	for _, a := range node.Status.Addresses {
		if a.Type == corev1.NodeInternalIP {
			return a.Address
		}
	}
	return ""
}
