package forward

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/kube"
)

// find gives a ready pod behind the Service and the pod's port that stands
// behind the Service's.
func find(ctx context.Context, client kubernetes.Interface, t Target) (*corev1.Pod, int, error) {
	service, pods, err := kube.Behind(ctx, client, t.Namespace, t.Service)
	if err != nil {
		return nil, 0, err
	}
	for _, pod := range pods {
		if !ready(&pod) {
			continue
		}
		port, err := containerPort(service, &pod, t.Port)
		return &pod, port, err
	}
	return nil, 0, fmt.Errorf("none of the %d pods of %s is ready", len(pods), t)
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
