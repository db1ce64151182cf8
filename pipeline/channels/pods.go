package channels

import (
	"context"
	"fmt"
	"slices"
	"strings"

	discovery "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/server"
)

// pod is one of the pods behind a Service, reached through the API server: a
// Service of several would lead every question to another one.
type pod struct {
	client    kubernetes.Interface
	namespace string
	// address is the pod as the API server's proxy takes it.
	address string
}

// FirstPod is the first ready pod behind a Service.
func FirstPod(ctx context.Context, client kubernetes.Interface, e server.Endpoint) (API, error) {
	found, err := client.DiscoveryV1().EndpointSlices(e.Namespace).List(ctx, metav1.ListOptions{LabelSelector: discovery.LabelServiceName + "=" + e.Service})
	if err != nil {
		return nil, fmt.Errorf("list the pods behind %s: %w", e, err)
	}
	service, err := client.CoreV1().Services(e.Namespace).Get(ctx, e.Service, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", e, err)
	}
	port := ""
	for _, p := range service.Spec.Ports {
		if int(p.Port) == e.Port {
			port = p.Name
		}
	}
	var addresses []string
	for _, s := range found.Items {
		addresses = append(addresses, readyIn(s, e, port)...)
	}
	if len(addresses) == 0 {
		return nil, fmt.Errorf("%s has no pod that is ready on that port", e)
	}
	return pod{client: client, namespace: e.Namespace, address: slices.Min(addresses)}, nil
}

// readyIn are the pods of a slice that are ready, with the number of the port.
func readyIn(s discovery.EndpointSlice, service server.Endpoint, port string) (addresses []string) {
	number := int32(0)
	for _, p := range s.Ports {
		if p.Port != nil && (p.Name == nil && port == "" || p.Name != nil && *p.Name == port) {
			number = *p.Port
		}
	}
	for _, e := range s.Endpoints {
		ready := e.Conditions.Ready == nil || *e.Conditions.Ready
		if number != 0 && ready && e.TargetRef != nil && e.TargetRef.Kind == "Pod" {
			addresses = append(addresses, service.Proxied(e.TargetRef.Name, int(number)))
		}
	}
	return addresses
}

// Get implements API.
func (p pod) Get(ctx context.Context, path string) ([]byte, error) {
	body, err := p.client.CoreV1().RESTClient().Get().AbsPath(p.path(path)...).DoRaw(ctx)
	if err != nil {
		return nil, p.failed("GET", path, body, err)
	}
	return body, nil
}

// Post implements API.
func (p pod) Post(ctx context.Context, path string, body []byte) error {
	answer, err := p.client.CoreV1().RESTClient().Post().AbsPath(p.path(path)...).
		SetHeader("Content-Type", "application/json").Body(body).DoRaw(ctx)
	if err != nil {
		return p.failed("POST", path, answer, err)
	}
	return nil
}

func (p pod) path(path string) []string {
	return append([]string{"/api/v1/namespaces", p.namespace, "pods", p.address, "proxy"}, strings.Split(strings.Trim(path, "/"), "/")...)
}

func (p pod) failed(method, path string, answer []byte, err error) error {
	const most = 200
	return fmt.Errorf("pod %s/%s: %s %s: %w: %s", p.namespace, p.address, method, path, err, answer[:min(len(answer), most)])
}
