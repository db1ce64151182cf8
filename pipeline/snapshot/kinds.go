package snapshot

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

// passing are the kinds that come and go by themselves, or only repeat what
// others say.
var passing = []string{
	"Binding", "CertificateRequest", "Challenge", "CiliumEndpoint", "ComponentStatus", "ControllerRevision", "Endpoints",
	"EndpointSlice", "Event", "IPAddress", "Lease", "NodeMetrics", "Order", "PodMetrics",
}

// kind is one that the API server can list.
type kind struct {
	schema.GroupVersionResource
	namespaced bool
	definition bool // of kinds: these carry no mark of Helm's
}

// kinds are those of the API server in their preferred versions.
func (o Options) kinds() ([]kind, error) {
	lists, err := discovery.ServerPreferredResources(o.Kubernetes.Discovery())
	if err != nil {
		return nil, fmt.Errorf("ask the API server what it serves: %w", err)
	}
	var all []kind
	for _, list := range lists {
		group, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, fmt.Errorf("what the API server serves: %w", err)
		}
		for _, r := range list.APIResources {
			if !wanted(r) {
				continue
			}
			all = append(all, kind{
				GroupVersionResource: group.WithResource(r.Name), namespaced: r.Namespaced,
				definition: r.Kind == "CustomResourceDefinition",
			})
		}
	}
	return all, nil
}

func wanted(r metav1.APIResource) bool {
	return slices.Contains(r.Verbs, "list") && !slices.Contains(passing, r.Kind)
}
