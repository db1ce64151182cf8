package cluster

import (
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
	"sigs.k8s.io/kind/pkg/cluster"
	"sigs.k8s.io/kind/pkg/log"

	"firedrill/pipeline/cluster/apiserver"
)

// podSubnet is kind's own default, named here because the routes between nodes
// and the masquerading need it.
const podSubnet = "10.244.0.0/16"

// provider gives kind's library, told to use this engine and the run's own
// network. kind takes both from the environment of this process only.
func (e engine) provider(network string, progress func(string)) (*cluster.Provider, error) {
	for _, kv := range append(e.Env, "KIND_EXPERIMENTAL_DOCKER_NETWORK="+network, "KIND_EXPERIMENTAL_PODMAN_NETWORK="+network) {
		key, value, _ := strings.Cut(kv, "=")
		if err := os.Setenv(key, value); err != nil {
			return nil, fmt.Errorf("set %s for kind: %w", key, err)
		}
	}
	logger := cluster.ProviderWithLogger(kindLog(progress))
	switch e.Name {
	case "docker":
		return cluster.NewProvider(cluster.ProviderWithDocker(), logger), nil
	case "podman":
		return cluster.NewProvider(cluster.ProviderWithPodman(), logger), nil
	case "nerdctl":
		return cluster.NewProvider(cluster.ProviderWithNerdctl("nerdctl"), logger), nil
	}
	return nil, fmt.Errorf("container engine %q: kind knows docker, podman and nerdctl", e.Name)
}

// kindConfig translates what is wanted into kind's own configuration.
//
// kube-proxy uses nftables, as it then changes what a Service leads to in one
// step. With iptables there is a moment, when the first pod of a Service gets
// ready, in which connections to the Service leave the cluster by the default
// route; whatever answers there keeps them.
func kindConfig(cfg Config) *v1alpha4.Cluster {
	c := &v1alpha4.Cluster{
		TypeMeta:   v1alpha4.TypeMeta{Kind: "Cluster", APIVersion: "kind.x-k8s.io/v1alpha4"},
		Name:       cfg.Name,
		Networking: v1alpha4.Networking{PodSubnet: podSubnet, KubeProxyMode: v1alpha4.NFTablesProxyMode},
	}
	for i := range cfg.Nodes {
		node := v1alpha4.Node{Role: v1alpha4.WorkerRole}
		if i == 0 {
			node.Role = v1alpha4.ControlPlaneRole
			node.ExtraMounts = []v1alpha4.Mount{apiserver.Mount(cfg.APIServer)}
			if cfg.Nodes+cfg.Reserved > 1 {
				node.KubeadmConfigPatches = []string{takesPods}
			}
		}
		c.Nodes = append(c.Nodes, node)
	}
	for range cfg.Reserved {
		c.Nodes = append(c.Nodes, reservedNode())
	}
	c.KubeadmConfigPatches = append(kubeletPatches(cfg), apiserver.Volumes, openControlPlane)
	c.KubeadmConfigPatchesJSON6902 = append(oftenMeasured(), apiserver.Arguments(), hastyControllerManager)
	c.ContainerdConfigPatches = containerdPatches(cfg)
	return c
}

// containerdPatches are merged into the node's containerd configuration, whose
// format is version 2 in kind's images.
func containerdPatches(cfg Config) []string {
	const cri = `[plugins."io.containerd.grpc.v1.cri"`
	var patches []string
	if cfg.RestrictOOM {
		patches = append(patches, cri+"]\n  restrict_oom_score_adj = true\n")
	}
	if cfg.Image.OwnNetwork {
		patches = append(patches, cri+`.cni]`+"\n  conf_template = \"/etc/containerd/cni.conflist.tmpl\"\n")
	}
	return patches
}

// kindLog hands kind's messages on as progress.
type kindLog func(message string)

// Warn implements kind's logger.
func (l kindLog) Warn(message string) { l.Info(message) }

// Warnf implements kind's logger.
func (l kindLog) Warnf(format string, args ...any) { l.Infof(format, args...) }

// Error implements kind's logger.
func (l kindLog) Error(message string) { l.Info(message) }

// Errorf implements kind's logger.
func (l kindLog) Errorf(format string, args ...any) { l.Infof(format, args...) }

// V implements kind's logger: what goes beyond its normal verbosity is dropped.
func (l kindLog) V(level log.Level) log.InfoLogger {
	if level > 0 {
		return log.NoopInfoLogger{}
	}
	return l
}

// Info implements kind's logger. kind marks a phase that ended with ✓ or ✗ and
// decorates with pictures; a progress line needs neither.
func (l kindLog) Info(message string) {
	text := strings.Map(func(r rune) rune {
		if r > 0x2000 {
			return -1
		}
		return r
	}, message)
	if text = strings.TrimSpace(text); text != "" {
		l(text)
	}
}

// Infof implements kind's logger.
func (l kindLog) Infof(format string, args ...any) { l.Info(fmt.Sprintf(format, args...)) }

// Enabled implements kind's logger.
func (l kindLog) Enabled() bool { return true }
