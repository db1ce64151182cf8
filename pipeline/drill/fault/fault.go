// Package fault breaks things in a cluster on purpose and mends them again.
// Each kind of fault is one small type in a file of its own; a new kind needs
// that file and one field in Spec.
package fault

import (
	"context"
	"encoding/json"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Cluster is what faults act on.
type Cluster struct {
	Kubernetes kubernetes.Interface
	// Dynamic reaches objects of any kind.
	Dynamic dynamic.Interface
	// REST is for what no typed client does, such as commands in pods.
	REST *rest.Config
	// Engine reaches the nodes' containers; nil where the cluster is not one
	// of kind's on this machine, and then faults that need it say so.
	Engine Engine
	// Ceiling is what faults may take of the machine underneath.
	Ceiling Ceiling
	// Drill is the name of the drill that breaks things.
	Drill string
	// Labels go onto everything that a fault creates, such as the run's name.
	Labels map[string]string
}

// Engine is what faults ask of the container engine whose containers are nodes.
type Engine interface {
	// Exec runs a program in the node's container and returns what it printed.
	Exec(ctx context.Context, node string, argv ...string) (string, error)
	// Pause stops every process of the node, Unpause lets them go on. Neither
	// fails when it is so already.
	Pause(ctx context.Context, node string) error
	Unpause(ctx context.Context, node string) error
}

// Ceiling bounds what all faults together may use of a machine, over what is
// used already. A zero value is no bound.
type Ceiling struct {
	Memory resource.Quantity
	CPU    resource.Quantity
}

// Fault is one thing to break, as a drill file describes it. Its steps share
// nothing but before, which is kept in the cluster: another process must be
// able to undo what a killed one has set.
type Fault interface {
	// Check tells every mistake in the description to report; at is the key
	// below the fault's own, such as "replicas".
	Check(report func(at, format string, args ...any))
	// String names the fault in progress messages: "scale Deployment demo/website to 0".
	String() string
	// Touches names every object that Set would change now.
	Touches(ctx context.Context, c Cluster) ([]Object, error)
	// Prepare changes nothing and returns what Undo will need to know. It
	// refuses a fault that would change nothing: an alarm would prove nothing.
	Prepare(ctx context.Context, c Cluster) (before json.RawMessage, err error)
	// Set breaks the thing.
	Set(ctx context.Context, c Cluster, before json.RawMessage) error
	// Undo mends it and returns when it works again, or when ctx ends with an
	// error that names the last state seen. It is harmless to run again, and
	// when Set was carried out in part or never.
	Undo(ctx context.Context, c Cluster, before json.RawMessage) error
}

// Object is a thing in the cluster that a fault changes.
type Object struct {
	Kind string `json:"kind"`
	// Namespace is empty for things of the whole cluster, such as nodes.
	Namespace string `json:"namespace,omitempty"`
	// Name, or what selects it: "app.kubernetes.io/name=website".
	Name string `json:"name"`
	// Change says what happens to it: "replicas 2 -> 0".
	Change string `json:"change"`
}
