// Command network-policies enforces the cluster's NetworkPolicies on the node
// that it runs on, by kube-router's controller for them, which writes iptables
// rules and ipsets. Neither routes nor Services are its business.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

func main() {
	services := flag.String("services", "10.96.0.0/16", "the addresses of Services")
	check := flag.Bool("check", false, "tell whether the rules were written lately, and end")
	flag.Parse()
	if *check {
		if err := alive(time.Now()); err != nil {
			fmt.Fprintln(os.Stderr, "network-policies:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *services, os.Getenv("NODE_NAME")); err != nil {
		fmt.Fprintln(os.Stderr, "network-policies:", err)
		os.Exit(1)
	}
}

// run enforces until ctx ends. What it has set up stays: pods are not to be
// open while a new one starts.
func run(ctx context.Context, services, node string) error {
	config, err := rest.InClusterConfig()
	if err != nil {
		return fmt.Errorf("find the API server: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("reach the API server: %w", err)
	}
	settings := options.NewKubeRouterConfig()
	settings.RunFirewall, settings.RunRouter, settings.RunServiceProxy = true, false, false
	settings.HostnameOverride, settings.ClusterIPCIDRs = node, []string{services}
	settings.EnableIPv4, settings.EnableIPv6 = true, false

	factory := informers.NewSharedInformerFactory(client, 0)
	watched := []cache.SharedIndexInformer{
		factory.Core().V1().Pods().Informer(),
		factory.Core().V1().Namespaces().Informer(),
		factory.Networking().V1().NetworkPolicies().Informer(),
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), watched[0].HasSynced, watched[1].HasSynced, watched[2].HasSynced) {
		return fmt.Errorf("list pods, namespaces and policies: %w", context.Cause(ctx))
	}
	return enforce(ctx, client, settings, watched)
}

func enforce(ctx context.Context, client kubernetes.Interface, settings *options.KubeRouterConfig, watched []cache.SharedIndexInformer) error {
	tables, sets, err := netpol.NewIPTablesHandlers(settings)
	if err != nil {
		return fmt.Errorf("reach iptables and ipset: %w", err)
	}
	controller, err := netpol.NewNetworkPolicyController(client, settings, watched[0], watched[2], watched[1], &sync.Mutex{}, tables, sets)
	if err != nil {
		return fmt.Errorf("set up the controller: %w", err)
	}
	for i, handler := range []cache.ResourceEventHandler{controller.PodEventHandler, controller.NamespaceEventHandler, controller.NetworkPolicyEventHandler} {
		if _, err := watched[i].AddEventHandler(handler); err != nil {
			return fmt.Errorf("watch pods, namespaces and policies: %w", err)
		}
	}
	var running sync.WaitGroup
	running.Add(1)
	go controller.Run(listen(ctx), ctx.Done(), &running)
	running.Wait()
	return nil
}

// listen takes the controller's heartbeats, without which it would wait. Each
// comes after the rules have been written.
func listen(ctx context.Context) chan<- *healthcheck.ControllerHeartbeat {
	beats := make(chan *healthcheck.ControllerHeartbeat)
	go func() {
		for {
			select {
			case <-beats:
				if err := note(); err != nil {
					fmt.Fprintln(os.Stderr, "network-policies: note that the rules were written:", err)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return beats
}
