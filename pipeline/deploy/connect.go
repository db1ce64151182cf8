package deploy

import (
	"fmt"
	"sync"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/kube"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"firedrill/pipeline/deploy/ready"
)

// connection reaches one cluster for all releases, so that what the API server
// serves is asked once and not once a release. It is the RESTClientGetter that
// Helm wants.
type connection struct {
	config    *rest.Config
	cluster   ready.Cluster
	discovery discovery.CachedDiscoveryInterface
	mapper    *restmapper.DeferredDiscoveryRESTMapper

	mu   sync.Mutex
	caps *chartutil.Capabilities
}

func connect(config *rest.Config) (*connection, error) {
	config = rest.CopyConfig(config)
	// The API server shares itself out fairly; a limit on this side would only
	// make releases that go side by side wait for each other.
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	dynamicClient, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("connect to the cluster at %s: %w", config.Host, err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("connect to the cluster at %s: %w", config.Host, err)
	}
	cached := memory.NewMemCacheClient(client.Discovery())
	return &connection{
		config:    config,
		cluster:   ready.Cluster{Dynamic: dynamicClient, Client: client},
		discovery: cached,
		mapper:    restmapper.NewDeferredDiscoveryRESTMapper(cached),
	}, nil
}

// configuration returns what Helm needs to work on releases of a namespace.
func (c *connection) configuration(namespace string) (*action.Configuration, helmClient, error) {
	config := &action.Configuration{}
	if err := config.Init(c, namespace, "secret", discardLog); err != nil {
		return nil, nil, fmt.Errorf("set Helm up for namespace %s: %w", namespace, err)
	}
	client := kube.New(c)
	client.Namespace = namespace
	return config, client, nil
}

// capabilities returns what charts are told of the cluster.
func (c *connection) capabilities() (*chartutil.Capabilities, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.caps != nil {
		return c.caps, nil
	}
	version, err := c.discovery.ServerVersion()
	if err != nil {
		return nil, fmt.Errorf("ask the cluster at %s for its version: %w", c.config.Host, err)
	}
	kinds, err := action.GetVersionSet(c.discovery)
	if err != nil {
		return nil, fmt.Errorf("ask the cluster at %s what it serves: %w", c.config.Host, err)
	}
	c.caps = &chartutil.Capabilities{
		KubeVersion: chartutil.KubeVersion{Version: version.GitVersion, Major: version.Major, Minor: version.Minor},
		APIVersions: kinds,
		HelmVersion: chartutil.DefaultCapabilities.HelmVersion,
	}
	return c.caps, nil
}

// forget drops what is known of the kinds that the cluster serves, after new
// ones have come.
func (c *connection) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.caps = nil
	c.discovery.Invalidate()
	c.mapper.Reset()
}

// ToRESTConfig returns how to reach the API server.
func (c *connection) ToRESTConfig() (*rest.Config, error) { return rest.CopyConfig(c.config), nil }

// ToDiscoveryClient returns the shared cache of what the API server serves.
func (c *connection) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	return c.discovery, nil
}

// ToRESTMapper returns the shared mapping from kinds to resources.
func (c *connection) ToRESTMapper() (meta.RESTMapper, error) { return c.mapper, nil }

// ToRawKubeConfigLoader returns an empty kubeconfig: Helm looks for nothing
// but a namespace in it, and is told that otherwise.
func (c *connection) ToRawKubeConfigLoader() clientcmd.ClientConfig {
	return clientcmd.NewDefaultClientConfig(*api.NewConfig(), &clientcmd.ConfigOverrides{})
}
