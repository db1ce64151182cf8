package cluster

import (
	"context"
	"fmt"
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
	if cfg.Offline {
		group.Go(func() error { return dropForwarding(ctx, client) })
	}
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

// route tells every node where the pods of the others are, and to hide pods
// behind the node's address when they talk to the world outside.
func (c *Cluster) route(ctx context.Context, client kubernetes.Interface) error {
	routes := make([]string, len(c.Nodes))
	for i, name := range c.Nodes {
		err := watchNode(ctx, client, name, func(node *corev1.Node) bool {
			address := internalAddress(node)
			routes[i] = node.Spec.PodCIDR + " via " + address
			return node.Spec.PodCIDR != "" && address != ""
		})
		if err != nil {
			return fmt.Errorf("wait for the pod subnet of node %s: %w", name, err)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, name := range c.Nodes {
		others := append(append([]string{}, routes[:i]...), routes[i+1:]...)
		group.Go(func() error { return c.setUpNode(ctx, name, others) })
	}
	return group.Wait()
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

// dnsTimeout is how long kubeadm's CoreDNS configuration may be in coming.
const dnsTimeout = 30 * time.Second

// dropForwarding has CoreDNS answer foreign names itself. Its own `reload`
// plugin, or the first start of its pods, picks the change up.
func dropForwarding(ctx context.Context, client kubernetes.Interface) error {
	ctx, cancel := context.WithTimeout(ctx, dnsTimeout)
	defer cancel()
	maps := client.CoreV1().ConfigMaps(metav1.NamespaceSystem)
	dns, err := maps.Get(ctx, "coredns", metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read CoreDNS' configuration: %w", err)
	}
	dns.Data["Corefile"] = answerForeignNames(dns.Data["Corefile"])
	if _, err := maps.Update(ctx, dns, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("write CoreDNS' configuration: %w", err)
	}
	return nil
}

// foreignNames is the server block for names outside the cluster. It must be
// one of its own: in one block with `kubernetes`, `template` would come first
// and answer for the cluster's names too.
const foreignNames = `.:53 {
    errors
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`

// answerForeignNames narrows kubeadm's Corefile to the cluster's own names and
// adds a block that denies all others at once, instead of forwarding them.
func answerForeignNames(corefile string) string {
	var out strings.Builder
	inForward := false
	for line := range strings.Lines(corefile) {
		word := strings.TrimSpace(line)
		switch {
		case word == ".:53 {":
			out.WriteString("cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {\n")
		case strings.HasPrefix(word, "forward "):
			inForward = strings.HasSuffix(word, "{")
		case inForward:
			inForward = word != "}"
		default:
			out.WriteString(line)
		}
	}
	return out.String() + foreignNames
}
