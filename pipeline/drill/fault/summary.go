package fault

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"firedrill/apps/tool/meminfo"
)

// summary is what a kubelet measures, as far as it is used here.
type summary struct {
	Node struct {
		CPU struct {
			UsageNanoCores int64 `json:"usageNanoCores"`
		} `json:"cpu"`
		Memory struct {
			AvailableBytes int64 `json:"availableBytes"`
		} `json:"memory"`
		Filesystem struct {
			AvailableBytes int64 `json:"availableBytes"`
		} `json:"fs"`
	} `json:"node"`
}

// summarise asks a node's kubelet, through the API server. These are the
// figures by which the kubelet itself judges pressure.
func summarise(ctx context.Context, c Cluster, node string) (s summary, err error) {
	path := "/api/v1/nodes/" + node + "/proxy/stats/summary"
	text, err := c.Kubernetes.CoreV1().RESTClient().Get().AbsPath(path).DoRaw(ctx)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, fmt.Errorf("ask the kubelet of node %s what is used (GET %s): %w", node, path, err)
	}
	return s, nil
}

// use is what a machine has and what of it is used, in bytes or millicores.
type use struct{ total, used int64 }

// memoryUse of the machine under a node. A node that is a container shares it,
// and its kubelet sees only what is its own; so where there is an engine the
// kernel is asked, as the program that measures nodes for alarms does.
func memoryUse(ctx context.Context, c Cluster, node corev1.Node) (use, error) {
	if c.Engine != nil {
		text, err := c.Engine.Exec(ctx, node.Name, "cat", "/proc/meminfo")
		if err != nil {
			return use{}, fmt.Errorf("ask node %s what memory is used: %w", node.Name, err)
		}
		m, err := meminfo.Parse(text)
		return use{int64(m.Total), int64(m.Total - m.Available)}, err
	}
	s, err := summarise(ctx, c, node.Name)
	total := node.Status.Capacity.Memory().Value()
	return use{total, total - s.Node.Memory.AvailableBytes}, err
}

// cpuUse of a node. What else runs on a machine under it is not seen, so what
// is missing may be less than it seems; the pod that burns looks for itself.
func cpuUse(ctx context.Context, c Cluster, node corev1.Node) (use, error) {
	s, err := summarise(ctx, c, node.Name)
	return use{node.Status.Capacity.Cpu().MilliValue(), s.Node.CPU.UsageNanoCores / 1e6}, err
}
