package forward

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/httpstream" //nolint:staticcheck // As in forward.go.
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"

	"firedrill/pipeline/kube"
	"firedrill/pipeline/poll"
)

const (
	// openTimeout is for one attempt to reach a pod: an API server that takes
	// the connection and says nothing would hold it up for ever.
	openTimeout = 30 * time.Second
	// lookInterval is how often it is looked whether the pod is still there: a
	// connection to one that is gone breaks only when it is used.
	lookInterval = 2 * time.Second
)

// connector makes tunnels to the pods of a Service.
type connector struct {
	config *rest.Config
	client kubernetes.Interface
	target Target
	// within is for one attempt.
	within time.Duration
}

func newConnector(config *rest.Config, t Target) (connector, error) {
	client, err := kube.Client(config)
	return connector{config, client, t, openTimeout}, err
}

// open forwards a port to a pod that is ready, and says to which.
func (c connector) open(ctx context.Context) (*Forward, *corev1.Pod, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.within, fmt.Errorf("no connection within %s", c.within))
	defer cancel()
	pod, port, err := find(ctx, c.client, c.target)
	if err != nil {
		return nil, nil, err
	}
	dialer, err := c.dial(pod)
	if err != nil {
		return nil, nil, err
	}
	f, err := open(ctx, dialer, c.target, port)
	return f, pod, err
}

// dial prefers WebSockets and falls back to SPDY for API servers and proxies
// that know only that, as kubectl does.
func (c connector) dial(pod *corev1.Pod) (httpstream.Dialer, error) {
	url := c.client.CoreV1().RESTClient().Post().Resource("pods").
		Namespace(pod.Namespace).Name(pod.Name).SubResource("portforward").URL()
	transport, upgrader, err := spdy.RoundTripperFor(c.config)
	if err != nil {
		return nil, fmt.Errorf("transport to the API server %q: %w", c.config.Host, err)
	}
	old := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, url)
	websocket, err := portforward.NewSPDYOverWebsocketDialer(url, c.config)
	if err != nil {
		return nil, fmt.Errorf("transport to the API server %q: %w", c.config.Host, err)
	}
	return portforward.NewFallbackDialer(websocket, old, kube.WebSocketRefused), nil
}

// connect makes a tunnel that lasts until ctx ends, or the pod or the
// connection to it.
func (c connector) connect(ctx context.Context) (tunnel, error) {
	f, pod, err := c.open(ctx)
	if err != nil {
		return tunnel{}, err
	}
	lost := make(chan error, 1)
	go func() { lost <- c.watch(ctx, f, pod) }()
	return tunnel{address: strings.TrimPrefix(f.URL, "http://"), pod: pod.Name, lost: lost}, nil
}

// watch returns when the tunnel is lost, and why.
func (c connector) watch(ctx context.Context, f *Forward, pod *corev1.Pod) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	gone := make(chan error, 1)
	go func() { gone <- untilGone(ctx, c.client, pod.Namespace, pod.Name, lookInterval) }()
	select {
	case err := <-f.done:
		return cmp.Or(err, errors.New("the connection is closed"))
	case err := <-gone:
		_ = f.Close() // that the pod is gone says it all
		return err
	}
}

// untilGone looks for the pod until it is not ready any more, or ctx ends. An
// API server that does not answer says nothing about the pod.
func untilGone(ctx context.Context, client kubernetes.Interface, namespace, name string, interval time.Duration) error {
	var gone error
	err := poll.Until(ctx, interval, func() bool {
		pod, err := client.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
			gone = errors.New("it is gone")
		case err == nil && !ready(pod):
			gone = errors.New("it is not ready any more")
		}
		return gone != nil
	})
	return cmp.Or(gone, err)
}
