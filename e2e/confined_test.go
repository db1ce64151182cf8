//go:build e2e

package e2e_test

import (
	"context"

	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// tryPod asks the API server to take a pod, without starting it.
func (h hardened) tryPod(ctx context.Context, namespace string, change func(*corev1.PodSpec)) (*corev1.Pod, error) {
	yes, no, user := true, false, int64(65532)
	spec := corev1.PodSpec{
		SecurityContext: &corev1.PodSecurityContext{RunAsNonRoot: &yes, RunAsUser: &user, SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
		Containers: []corev1.Container{{Name: "try", Image: "localhost/firedrill/website:0.1.0", SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: &no, Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		}}},
	}
	change(&spec)
	return h.client.CoreV1().Pods(namespace).Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "try"}, Spec: spec,
	}, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
}

// podsAreConfined tries what `restricted` forbids, one thing at a time.
func (h hardened) podsAreConfined(ctx context.Context) {
	yes, root := true, int64(0)
	forbidden := map[string]func(*corev1.PodSpec){
		"privileged": func(s *corev1.PodSpec) {
			s.Containers[0].SecurityContext.Privileged = &yes
			s.Containers[0].SecurityContext.AllowPrivilegeEscalation = nil
		},
		"host network": func(s *corev1.PodSpec) { s.HostNetwork = true },
		"host's files": func(s *corev1.PodSpec) {
			s.Volumes = []corev1.Volume{{Name: "host", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/"}}}}
		},
		"root":         func(s *corev1.PodSpec) { s.SecurityContext.RunAsUser, s.SecurityContext.RunAsNonRoot = &root, nil },
		"capabilities": func(s *corev1.PodSpec) { s.Containers[0].SecurityContext.Capabilities = nil },
		"system calls": func(s *corev1.PodSpec) { s.SecurityContext.SeccompProfile = nil },
	}
	for _, namespace := range []string{"demo", "dev", "prod"} {
		_, err := h.tryPod(ctx, namespace, func(*corev1.PodSpec) {})
		require.NoError(h.t, err, "%s: a pod that forgoes all of it", namespace)
		for what, change := range forbidden {
			_, err := h.tryPod(ctx, namespace, change)
			require.True(h.t, apierrors.IsForbidden(err), "%s in %s: %v", what, namespace, err)
			require.ErrorContains(h.t, err, "PodSecurity", what)
		}
	}
}

// peopleSeeWhatIsTheirs asks what people may do, and what they may not.
func (h hardened) peopleSeeWhatIsTheirs(ctx context.Context) {
	for _, c := range []struct {
		group, verb, resource, namespace string
		allowed                          bool
	}{
		{"developers", "list", "pods", "dev", true},
		{"developers", "get", "pods/log", "dev", true},
		{"developers", "create", "configmaps", "dev", true},
		{"developers", "get", "secrets", "dev", false},
		{"developers", "create", "pods/exec", "dev", false},
		{"developers", "create", "rolebindings", "dev", false},
		{"developers", "list", "pods", "prod", false},
		{"developers", "get", "pods/log", "prod", false},
		{"developers", "create", "configmaps", "prod", false},
		{"developers", "list", "pods", "monitoring", false},
		{"developers", "list", "namespaces", "", false},
		{"operators", "list", "pods", "prod", true},
		{"operators", "create", "configmaps", "prod", false},
		{"operators", "get", "secrets", "prod", false},
	} {
		resourceName, sub := c.resource, ""
		for i := range c.resource {
			if c.resource[i] == '/' {
				resourceName, sub = c.resource[:i], c.resource[i+1:]
			}
		}
		group := ""
		if resourceName == "rolebindings" {
			group = "rbac.authorization.k8s.io"
		}
		answer, err := h.client.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{
				User: "somebody", Groups: []string{c.group, "system:authenticated"},
				ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: c.namespace, Verb: c.verb, Group: group, Resource: resourceName, Subresource: sub},
			},
		}, metav1.CreateOptions{})
		require.NoError(h.t, err)
		require.Equal(h.t, c.allowed, answer.Status.Allowed, "%+v", c)
	}
}

// namespacesAreBounded asks for more than an environment may have. What asks for
// nothing gets something.
func (h hardened) namespacesAreBounded(ctx context.Context) {
	for _, namespace := range []string{"dev", "prod"} {
		pod, err := h.tryPod(ctx, namespace, func(*corev1.PodSpec) {})
		require.NoError(h.t, err)
		require.False(h.t, pod.Spec.Containers[0].Resources.Limits.Memory().IsZero(), "a default limit")
		_, err = h.tryPod(ctx, namespace, func(s *corev1.PodSpec) {
			s.Containers[0].Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("64Gi")}
		})
		require.True(h.t, apierrors.IsForbidden(err), "%v", err)
		require.ErrorContains(h.t, err, "maximum memory usage per Container")
		_, err = h.tryPod(ctx, namespace, func(s *corev1.PodSpec) {
			one := s.Containers[0]
			one.Resources.Requests = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("1Gi")}
			one.Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("1Gi")}
			s.Containers = nil
			for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
				one.Name = name
				s.Containers = append(s.Containers, one)
			}
		})
		require.True(h.t, apierrors.IsForbidden(err), "%v", err)
		require.ErrorContains(h.t, err, "exceeded quota")
	}
}
