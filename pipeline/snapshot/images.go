package snapshot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// images are the digests of what runs in the whole cluster, by namespace and
// name of the image: a tag that was moved meanwhile shows here and nowhere else.
func (o Options) images(ctx context.Context) (map[string]string, error) {
	pods, err := o.Kubernetes.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list pods: %w", err)
	}
	digests := map[string][]string{}
	for _, pod := range pods.Items {
		if owner := metav1.GetControllerOf(&pod); owner != nil && owner.Kind == "Job" {
			continue // whether one has just run is a matter of the hour
		}
		wanted := imagesOf(pod.Spec)
		for _, s := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
			if s.ImageID == "" {
				return nil, fmt.Errorf("pod %s/%s: container %s has not started: there is no digest of its image yet", pod.Namespace, pod.Name, s.Name)
			}
			name := pod.Namespace + ": " + wanted[s.Name]
			digests[name] = append(digests[name], digest(s.ImageID))
		}
	}
	texts := map[string]string{}
	for name, all := range digests {
		slices.Sort(all)
		texts[name] = strings.Join(slices.Compact(all), "\n") + "\n"
	}
	return texts, nil
}

// imagesOf are the names of the images as the pod's author wrote them, by
// container: the status has whichever of an image's names the node prefers.
func imagesOf(pod corev1.PodSpec) map[string]string {
	names := map[string]string{}
	for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
		names[c.Name] = c.Image
	}
	return names
}

// digest leaves out the name before it, which depends on how the image came to
// the node.
func digest(imageID string) string { return imageID[strings.LastIndex(imageID, "@")+1:] }
