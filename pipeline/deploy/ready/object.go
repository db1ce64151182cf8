// Package ready waits until objects of a cluster are ready, and says why they
// are not when they are not.
//
// Whether an object is ready is kstatus's word. The package watches: it lists
// each kind of object once and then hears of changes as they happen. It gives
// up before the deadline when a pod is in a state that does not heal by itself
// (see Rules), and what it returns then names the object, the pod, the
// container, the last lines of its log and its events (see NotReady).
package ready

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
)

// Object names an object of the cluster.
type Object struct {
	Kind      string
	Namespace string
	Name      string
	// Resource is the name under which the API server serves the kind.
	Resource schema.GroupVersionResource
}

// String is the object as messages show it: "Deployment demo/website".
func (o Object) String() string {
	if o.Namespace == "" {
		return o.Kind + " " + o.Name
	}
	return o.Kind + " " + o.Namespace + "/" + o.Name
}

// settled tells whether objects of the kind are ready as soon as the API
// server has accepted them, because nothing works on them afterwards. They
// need no watch.
func (o Object) settled() bool {
	switch o.Resource.GroupResource().String() {
	case "configmaps", "secrets", "serviceaccounts",
		"roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io",
		"clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io",
		"networkpolicies.networking.k8s.io":
		return true
	}
	return false
}

// Cluster is how the package reaches a cluster: Dynamic to watch objects of
// any kind, Client to read logs and events.
type Cluster struct {
	Dynamic dynamic.Interface
	Client  kubernetes.Interface
	// CertManager is the namespace in which cert-manager's ClusterIssuers find
	// their Secrets, cert-manager by default.
	CertManager string
}
