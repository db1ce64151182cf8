// Package kube is what several steps ask of a Kubernetes API server: a client, whether
// it speaks WebSockets, and the pods that stand behind a Service.
package kube

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/streaming/pkg/httpstream"
)

// Client returns a client of the API server that config names. It sends
// nothing yet.
func Client(config *rest.Config) (kubernetes.Interface, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("client of the API server %q: %w", config.Host, err)
	}
	return client, nil
}

// WebSocketRefused tells of an error with which a WebSocket to the API server did not
// come about, so that SPDY may be tried: nothing has been done by it yet. Its errors
// are of the streaming module's types, which apimachinery's own functions of these
// names do not know.
func WebSocketRefused(err error) bool {
	return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
}

// Behind returns a Service and the pods that it selects, ready or not.
func Behind(ctx context.Context, client kubernetes.Interface, namespace, name string) (*corev1.Service, []corev1.Pod, error) {
	service, err := client.CoreV1().Services(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, nil, fmt.Errorf("look for Service %s/%s: %w", namespace, name, err)
	}
	if len(service.Spec.Selector) == 0 {
		// An empty selector would stand for every pod there is.
		return nil, nil, fmt.Errorf("no pods are behind Service %s/%s: it has no selector", namespace, name)
	}
	list, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{
		LabelSelector: labels.SelectorFromSet(service.Spec.Selector).String(),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("look for the pods of Service %s/%s: %w", namespace, name, err)
	}
	return service, list.Items, nil
}
