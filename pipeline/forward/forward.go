// Package forward reaches a Service of the cluster through a port on loopback,
// by way of the API server, as `kubectl port-forward` does. It is for servers
// that the service proxy cannot serve, because it keeps their credentials to
// itself.
package forward

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/httpstream" //nolint:staticcheck // Deprecated, but what client-go dials with: its spdy.RoundTripperFor has no successor yet.
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
)

// Target is the Service to reach.
type Target struct {
	Namespace, Service string
	Port               int // of the Service
}

func (t Target) String() string {
	return fmt.Sprintf("Service %s/%s:%d", t.Namespace, t.Service, t.Port)
}

// Forward is an open way to one pod of a Service.
type Forward struct {
	// URL is http://127.0.0.1:PORT.
	URL  string
	stop chan struct{}
	done chan error
}

// Open picks a ready pod of the Service and forwards a free port on loopback
// to it, until Close.
func Open(ctx context.Context, config *rest.Config, t Target) (*Forward, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("client of the API server %q: %w", config.Host, err)
	}
	pod, port, err := find(ctx, client, t)
	if err != nil {
		return nil, err
	}
	dialer, err := dial(config, client, pod)
	if err != nil {
		return nil, err
	}
	return open(ctx, dialer, t, port)
}

func open(ctx context.Context, dialer httpstream.Dialer, t Target, port int) (*Forward, error) {
	f := &Forward{stop: make(chan struct{}), done: make(chan error, 1)}
	ready := make(chan struct{})
	var complaints bytes.Buffer
	forwarder, err := portforward.NewOnAddresses(dialer, []string{"127.0.0.1"},
		[]string{fmt.Sprintf("0:%d", port)}, f.stop, ready, io.Discard, &complaints)
	if err != nil {
		return nil, fmt.Errorf("forward to %s: %w", t, err)
	}
	go func() { f.done <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-f.done:
		return nil, fmt.Errorf("forward to %s: %w: %s", t, err, strings.TrimSpace(complaints.String()))
	case <-ctx.Done():
		close(f.stop)
		return nil, fmt.Errorf("forward to %s: %w", t, context.Cause(ctx))
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("forward to %s: %w", t, err), f.Close())
	}
	f.URL = fmt.Sprintf("http://127.0.0.1:%d", ports[0].Local)
	return f, nil
}

// Close ends the forwarding and returns what went wrong with it meanwhile.
func (f *Forward) Close() error {
	close(f.stop)
	return <-f.done
}

// dial prefers WebSockets and falls back to SPDY for API servers and proxies
// that know only that, as kubectl does.
func dial(config *rest.Config, client kubernetes.Interface, pod *corev1.Pod) (httpstream.Dialer, error) {
	url := client.CoreV1().RESTClient().Post().Resource("pods").
		Namespace(pod.Namespace).Name(pod.Name).SubResource("portforward").URL()
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, fmt.Errorf("transport to the API server %q: %w", config.Host, err)
	}
	old := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, url)
	websocket, err := portforward.NewSPDYOverWebsocketDialer(url, config)
	if err != nil {
		return nil, fmt.Errorf("transport to the API server %q: %w", config.Host, err)
	}
	return portforward.NewFallbackDialer(websocket, old, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	}), nil
}

// find gives a ready pod behind the Service and the pod's port that stands
// behind the Service's.
func find(ctx context.Context, client kubernetes.Interface, t Target) (*corev1.Pod, int, error) {
	service, err := client.CoreV1().Services(t.Namespace).Get(ctx, t.Service, metav1.GetOptions{})
	if err != nil {
		return nil, 0, fmt.Errorf("look for %s: %w", t, err)
	}
	selector := labels.SelectorFromSet(service.Spec.Selector).String()
	pods, err := client.CoreV1().Pods(t.Namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, 0, fmt.Errorf("look for the pods of %s: %w", t, err)
	}
	for _, pod := range pods.Items {
		if !ready(&pod) {
			continue
		}
		port, err := containerPort(service, &pod, t.Port)
		return &pod, port, err
	}
	return nil, 0, fmt.Errorf("none of the %d pods of %s is ready", len(pods.Items), t)
}

func ready(pod *corev1.Pod) bool {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue && pod.DeletionTimestamp == nil
		}
	}
	return false
}

// containerPort follows the Service's port, which may name the pod's, or leave
// it out when it is the same.
func containerPort(service *corev1.Service, pod *corev1.Pod, port int) (int, error) {
	for _, p := range service.Spec.Ports {
		switch {
		case int(p.Port) != port:
		case p.TargetPort.StrVal != "":
			return namedPort(pod, p.TargetPort.StrVal)
		case p.TargetPort.IntVal != 0:
			return int(p.TargetPort.IntVal), nil
		default:
			return port, nil
		}
	}
	return 0, fmt.Errorf("the Service %s/%s has no port %d", service.Namespace, service.Name, port)
}

func namedPort(pod *corev1.Pod, name string) (int, error) {
	for _, c := range pod.Spec.Containers {
		for _, p := range c.Ports {
			if p.Name == name {
				return int(p.ContainerPort), nil
			}
		}
	}
	return 0, fmt.Errorf("the pod %s/%s has no port named %q", pod.Namespace, pod.Name, name)
}
