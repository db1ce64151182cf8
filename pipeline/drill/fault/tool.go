package fault

import corev1 "k8s.io/api/core/v1"

// toolUser is whom the tool runs as where it need not be somebody else.
const toolUser = 65532

// toolPod runs the tool as strictly as a pod can be run. It may go to the nodes
// that are kept free for drills.
func toolPod(argv []string) corev1.PodSpec {
	yes, no, user, grace := true, false, int64(toolUser), int64(1)
	return corev1.PodSpec{
		AutomountServiceAccountToken:  &no,
		EnableServiceLinks:            &no,
		TerminationGracePeriodSeconds: &grace,
		Tolerations:                   []corev1.Toleration{{Key: Reserved, Operator: corev1.TolerationOpExists}},
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot: &yes, RunAsUser: &user, RunAsGroup: &user,
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		Containers: []corev1.Container{{
			Name: "tool", Image: Image, ImagePullPolicy: corev1.PullIfNotPresent, Args: argv,
			SecurityContext: strictly(),
		}},
	}
}

// strictly is what Pod Security's level restricted wants of a container.
func strictly() *corev1.SecurityContext {
	yes, no := true, false
	return &corev1.SecurityContext{
		AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes, RunAsNonRoot: &yes,
		Capabilities:   &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
}
