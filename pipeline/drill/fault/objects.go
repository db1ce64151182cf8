package fault

import (
	"context"
	"fmt"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
)

// mapper knows the kinds that the API server serves.
func mapper(c Cluster) (meta.RESTMapper, error) {
	groups, err := restmapper.GetAPIGroupResources(c.Kubernetes.Discovery())
	if err != nil {
		return nil, fmt.Errorf("ask the API server for its kinds: %w", err)
	}
	return restmapper.NewDiscoveryRESTMapper(groups), nil
}

// resources reaches objects of a kind, which may be written as for kubectl:
// pods, Pod, certificates.cert-manager.io.
func resources(_ context.Context, c Cluster, kind, namespace string) (dynamic.ResourceInterface, error) {
	known, err := mapper(c)
	if err != nil {
		return nil, err
	}
	resource, err := known.ResourceFor(schema.ParseGroupResource(kind).WithVersion(""))
	if err != nil {
		return nil, fmt.Errorf("the API server knows no kind %q (%w); `kubectl api-resources` shows those there are", kind, err)
	}
	return c.Dynamic.Resource(resource).Namespace(namespace), nil
}

// works waits until the object is what its spec says, as far as its status
// tells; one without a status is at once.
func works(ctx context.Context, c Cluster, what, kind, namespace, name string) error {
	objects, err := resources(ctx, c, kind, namespace)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	see := fmt.Sprintf("kubectl -n %s describe %s %s", namespace, kind, name)
	return await(ctx, what, see, func(ctx context.Context) (bool, string, error) {
		object, err := objects.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, "", err
		}
		state, err := status.Compute(object)
		if err != nil {
			return false, "", err
		}
		return state.Status == status.CurrentStatus, fmt.Sprintf("%s: %s", state.Status, state.Message), nil
	})
}

// checkNamed reports a kind or a namespace that is missing.
func checkNamed(kind, namespace string, report func(at, format string, args ...any)) {
	if kind == "" {
		report("kind", "is missing; name a kind as for kubectl, such as deployments")
	}
	if namespace == "" {
		report("namespace", "is missing; name the namespace of the object")
	}
}
