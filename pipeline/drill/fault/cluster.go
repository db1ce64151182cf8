package fault

import (
	"fmt"
	"maps"
)

const (
	// manager is the name under which changes stand in managedFields.
	manager = "firedrill"
	// drillLabel is on everything that a fault creates; its value is the drill.
	drillLabel = "firedrill.drill"
	// appLabel is how programs are told from each other.
	appLabel = "app.kubernetes.io/name"
	// Reserved is the label and the taint of nodes that are kept free for drills.
	Reserved = "firedrill.io/reserved"
	// Image is the image of the pods that use memory and CPU, and fill volumes.
	Image = "localhost/firedrill/tool:0.1.0"
)

// labels go onto everything that is created.
func (c Cluster) labels() map[string]string {
	all := map[string]string{}
	maps.Copy(all, c.Labels)
	all[drillLabel] = c.Drill
	return all
}

// nodes gives the engine, or says why there is none.
func (c Cluster) nodes(what fmt.Stringer) (Engine, error) {
	if c.Engine == nil {
		return nil, fmt.Errorf("%s: this needs the container engine whose containers are the cluster's nodes, "+
			"and this cluster was not created by firedrill on this machine; leave this drill out here, or run it without --against and --kubeconfig", what)
	}
	return c.Engine, nil
}

func (w workload) object(change string) Object {
	return Object{Kind: w.Kind, Namespace: w.Namespace, Name: w.Name, Change: change}
}
