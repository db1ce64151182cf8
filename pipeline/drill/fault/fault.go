// Package fault breaks things in a cluster on purpose and mends them again.
// Each kind of fault is one small type in a file of its own; a new kind needs
// that file and one field in Spec.
package fault

import (
	"context"

	"k8s.io/client-go/kubernetes"
)

// Cluster is what faults act on.
type Cluster struct {
	Kubernetes kubernetes.Interface
}

// Fault is one thing to break, as a drill file describes it.
type Fault interface {
	// Check tells every mistake in the description to report; at is the key
	// below the fault's own, such as "replicas".
	Check(report func(at, format string, args ...any))
	// Set breaks the thing and returns how to mend it. The Undo is not nil
	// as soon as anything may have changed, also when there is an error.
	Set(ctx context.Context, c Cluster) (Undo, error)
	// String names the fault in progress messages: "scale Deployment demo/website to 0".
	String() string
}

// Undo mends what a Fault broke and returns when it works again, or when ctx
// ends, with an error that names the last state seen. Running it again after
// it failed must be harmless.
type Undo func(ctx context.Context) error
