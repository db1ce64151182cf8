package logs

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/kube"
	"firedrill/pipeline/server"
)

// cluster knows the pods of the website.
type cluster struct {
	client  kubernetes.Interface
	website server.Endpoint
}

// pods returns the pods of the website's Service, by name.
func (c cluster) pods(ctx context.Context) ([]corev1.Pod, error) {
	_, pods, err := kube.Behind(ctx, c.client, c.website.Namespace, c.website.Service)
	return pods, err
}

func names(pods []corev1.Pod) []string {
	var all []string
	for _, p := range pods {
		all = append(all, p.Name)
	}
	return all
}

// writer returns the pod and container whose own log has the token since then,
// as kubelet keeps it, or nothing.
func (c cluster) writer(ctx context.Context, pods []corev1.Pod, token string, since time.Time) (pod, container string, err error) {
	for _, p := range pods {
		for _, box := range p.Spec.Containers {
			text, err := c.log(ctx, p, box.Name, since)
			if err != nil {
				return "", "", err
			}
			if strings.Contains(text, token) {
				return p.Name, box.Name, nil
			}
		}
	}
	return "", "", nil
}

// maxLog bounds what is read of one container's log.
const maxLog = 4 << 20

func (c cluster) log(ctx context.Context, pod corev1.Pod, container string, since time.Time) (string, error) {
	seconds := int64(time.Since(since).Seconds()) + 60
	limit := int64(maxLog)
	stream, err := c.client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
		Container: container, SinceSeconds: &seconds, LimitBytes: &limit,
	}).Stream(ctx)
	if err != nil {
		return "", fmt.Errorf("read the log of %s/%s: %w", pod.Name, container, err)
	}
	defer func() { _ = stream.Close() }()
	text, err := io.ReadAll(io.LimitReader(stream, limit))
	if err != nil {
		return "", fmt.Errorf("read the log of %s/%s: %w", pod.Name, container, err)
	}
	return string(text), nil
}
