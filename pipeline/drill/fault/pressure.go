package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	corev1 "k8s.io/api/core/v1"
)

const (
	kubeletConfig = "/var/lib/kubelet/config.yaml"
	// patience is how long the kubelet waits with evicting under this fault:
	// longer than any drill, so nobody is evicted.
	patience = "10m0s"
)

// pressed is how a resource is used up on a node.
type pressed struct {
	signal    string // the kubelet's name
	condition corev1.NodeConditionType
	file      string // on a file system that counts as this resource
	below     int64  // how far below what is free now the threshold is put
	fill      int64  // how much is really taken
}

// Much less than a node has, and more than an idle one takes by itself.
var pressures = map[string]pressed{
	"disk":   {"nodefs.available", corev1.NodeDiskPressure, "/var/lib/kubelet/firedrill.fill", 512 << 20, 1536 << 20},
	"memory": {"memory.available", corev1.NodeMemoryPressure, "/run/firedrill.fill", 192 << 20, 512 << 20},
}

// Pressure puts a node under pressure: the kubelet's threshold is moved just
// below what is free, and that is really used up.
type Pressure struct {
	// Which node: reserved, the one that is kept free for drills.
	Node string `yaml:"node" json:"node" jsonschema:"enum=reserved"`
	// What is scarce: disk or memory.
	Resource string `yaml:"resource" json:"resource" jsonschema:"enum=disk,enum=memory"`
}

// unpressed is what Undo needs to know.
type unpressed struct {
	Node      string `json:"node"`
	Config    string `json:"config"`
	Threshold int64  `json:"threshold"`
	// Taking counts towards the ceiling; nil for the disk.
	Taking *taking `json:"taking,omitempty"`
}

// String is part of Fault.
func (p *Pressure) String() string { return "make " + p.Resource + " scarce on the reserved node" }

// Check is part of Fault.
func (p *Pressure) Check(report func(at, format string, args ...any)) {
	checkReserved(p.Node, report)
	if _, ok := pressures[p.Resource]; !ok {
		report("resource", "is %q; it is disk or memory", p.Resource)
	}
}

// Touches is part of Fault.
func (p *Pressure) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	node, err := p.find(ctx, c)
	if err != nil {
		return nil, err
	}
	change := fmt.Sprintf("its kubelet is restarted with another threshold of %s, and %dMi are taken", p.Resource, pressures[p.Resource].fill>>20)
	return []Object{{Kind: "Node", Name: node.Name, Change: change}}, nil
}

func (p *Pressure) find(ctx context.Context, c Cluster) (corev1.Node, error) {
	if _, err := c.nodes(p); err != nil {
		return corev1.Node{}, err
	}
	node, err := reserved(ctx, c)
	if err != nil {
		return node, fmt.Errorf("%s: %w", p, err)
	}
	return node, p.taking(node).fits(ctx, c, p)
}

// taking is what counts towards the ceiling; nil for the disk, which nobody else
// needs.
func (p *Pressure) taking(node corev1.Node) *taking {
	if p.Resource != string(corev1.ResourceMemory) {
		return nil
	}
	return &taking{Machine: machineOf(node), Resource: p.Resource, Most: pressures[p.Resource].fill}
}

// Prepare is part of Fault.
func (p *Pressure) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	node, err := p.find(ctx, c)
	if err != nil {
		return nil, err
	}
	how := pressures[p.Resource]
	if status, text := condition(node, how.condition); status != corev1.ConditionFalse {
		return nil, fmt.Errorf("%s: %s already, so an alarm would prove nothing", p, text)
	}
	now, err := summarise(ctx, c, node.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	left := now.Node.Memory.AvailableBytes
	if p.Resource == "disk" {
		left = now.Node.Filesystem.AvailableBytes
	}
	if left < 2*how.fill {
		return nil, fmt.Errorf("%s: node %s has %dMi left, too little to take %dMi of it safely", p, node.Name, left>>20, how.fill>>20)
	}
	config, err := c.Engine.Exec(ctx, node.Name, "cat", kubeletConfig)
	if err != nil {
		return nil, fmt.Errorf("%s: read the kubelet's configuration: %w", p, err)
	}
	return record(unpressed{Node: node.Name, Config: config, Threshold: left - how.below, Taking: p.taking(node)})
}

// threshold changes a kubelet's configuration.
func threshold(config, signal string, bytes int64) (string, error) {
	settings := map[string]any{}
	if err := yaml.Unmarshal([]byte(config), &settings); err != nil {
		return "", fmt.Errorf("read %s: %w", kubeletConfig, err)
	}
	settings["evictionSoft"] = map[string]string{signal: fmt.Sprint(bytes)}
	settings["evictionSoftGracePeriod"] = map[string]string{signal: patience}
	settings["evictionPressureTransitionPeriod"] = "5s"
	changed, err := yaml.Marshal(settings)
	return string(changed), err
}

// Set is part of Fault.
func (p *Pressure) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[unpressed](before)
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	how := pressures[p.Resource]
	config, err := threshold(was.Config, how.signal, was.Threshold)
	if err == nil {
		err = p.configure(ctx, c, was.Node, config)
	}
	if err == nil && was.Taking != nil {
		err = noteTaking(ctx, c, was.Node, was.Taking)
	}
	if err == nil {
		_, err = c.Engine.Exec(ctx, was.Node, "fallocate", "-l", fmt.Sprint(how.fill), how.file)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	return nil
}

// Undo is part of Fault.
func (p *Pressure) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[unpressed](before)
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	engine, err := c.nodes(p)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("give node %s its %s back", was.Node, p.Resource)
	if _, err := engine.Exec(ctx, was.Node, "rm", "-f", pressures[p.Resource].file); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if was.Taking != nil {
		if err := noteTaking(ctx, c, was.Node, nil); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	if err := p.configure(ctx, c, was.Node, was.Config); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := conditionIs(ctx, c, what, was.Node, pressures[p.Resource].condition, corev1.ConditionFalse); err != nil {
		return err
	}
	return conditionIs(ctx, c, what, was.Node, corev1.NodeReady, corev1.ConditionTrue)
}

// configure gives the kubelet another configuration and waits until it has
// been heard of with it; one that it has already costs no restart.
func (p *Pressure) configure(ctx context.Context, c Cluster, node, config string) error {
	engine, err := c.nodes(p)
	if err != nil {
		return err
	}
	now, err := engine.Exec(ctx, node, "cat", kubeletConfig)
	if err != nil || strings.TrimSpace(now) == strings.TrimSpace(config) {
		return err
	}
	last, err := heartbeat(ctx, c, node)
	if err != nil {
		return fmt.Errorf("read the lease of node %s: %w", node, err)
	}
	script := `printf '%s\n' "$1" > "$2.new" && mv "$2.new" "$2" && systemctl restart kubelet`
	if _, err := engine.Exec(ctx, node, "sh", "-c", script, "sh", config, kubeletConfig); err != nil {
		return fmt.Errorf("write %s on node %s and restart its kubelet: %w", kubeletConfig, node, err)
	}
	what := "restart the kubelet of node " + node
	return await(ctx, what, "journalctl -u kubelet on the node", func(ctx context.Context) (bool, string, error) {
		now, err := heartbeat(ctx, c, node)
		return now.After(last), "not heard of since " + last.UTC().Format(time.TimeOnly), err
	})
}
