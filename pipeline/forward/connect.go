package forward

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// lookInterval is how often it is looked whether the pod is still there: a
// connection to one that is gone breaks only when it is used.
const lookInterval = 2 * time.Second

// connector makes ways to the pods of a Service.
type connector struct {
	config *rest.Config
	client kubernetes.Interface
	target Target
}

func newConnector(config *rest.Config, t Target) (connector, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return connector{}, fmt.Errorf("client of the API server %q: %w", config.Host, err)
	}
	return connector{config, client, t}, nil
}

// connect makes a way that lasts until ctx ends, or the pod or the connection
// to it.
func (c connector) connect(ctx context.Context) (way, error) {
	pod, port, err := find(ctx, c.client, c.target)
	if err != nil {
		return way{}, err
	}
	dialer, err := dial(c.config, c.client, pod)
	if err != nil {
		return way{}, err
	}
	f, err := open(ctx, dialer, c.target, port)
	if err != nil {
		return way{}, err
	}
	lost := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		gone := make(chan error, 1)
		go func() { gone <- untilGone(ctx, c.client, pod.Namespace, pod.Name, lookInterval) }()
		select {
		case err := <-f.done:
			lost <- cmp.Or(err, errors.New("the connection is closed"))
		case err := <-gone:
			_ = f.Close() // that the pod is gone says it all
			lost <- err
		}
	}()
	return way{address: strings.TrimPrefix(f.URL, "http://"), pod: pod.Name, lost: lost}, nil
}

// untilGone looks for the pod until it is not ready any more, or ctx ends. An
// API server that does not answer says nothing about the pod.
func untilGone(ctx context.Context, client kubernetes.Interface, namespace, name string, interval time.Duration) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		pod, err := client.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
			return errors.New("it is gone")
		case err == nil && !ready(pod):
			return errors.New("it is not ready any more")
		}
	}
}
