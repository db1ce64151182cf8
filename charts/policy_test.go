package charts_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

func TestPodsKeepToThePolicy(t *testing.T) {
	images := knownImages(t)
	forEachVariant(t, func(t *testing.T, v variant, r *release.Release) {
		found := pods(objects(t, r))
		_, nothing := runsNothing[v.chart]
		require.Equal(t, nothing, len(found) == 0, "whether the chart runs nothing")
		for name, w := range found {
			require.Empty(t, violations(w, images), name)
			_, allowed := inRootsGroup[name]
			require.Equal(t, allowed, isInRootsGroup(w), "%s: whether it reads what root's group may read", name)
		}
	})
}

// runsNothing are the charts without a pod, each with the reason.
var runsNothing = map[string]string{
	"environments": "sets up namespaces for the programs of others",
	"issuers":      "says who signs; cert-manager's own chart runs the programs",
}

// inRootsGroup are the pods whose users are in group 0, each with the reason.
var inRootsGroup = map[string]string{
	"DaemonSet/otel-collector": "containers' log files belong to root and are readable by its group",
}

func isInRootsGroup(w workload) bool {
	pod := w.template.Spec.SecurityContext
	group := pod.RunAsGroup
	return group == nil || *group == 0 || slices.Contains(pod.SupplementalGroups, 0)
}

// violations lists where a pod is less confined, or less known, than it could
// be, each as one line.
func violations(w workload, images []string) []string {
	spec := w.template.Spec
	var found []string
	if spec.HostNetwork || spec.HostPID || spec.HostIPC {
		found = append(found, "shares a namespace with its host")
	}
	for _, c := range spec.InitContainers {
		found = append(found, containerViolations(c, spec, images)...)
	}
	for _, c := range spec.Containers {
		found = append(found, containerViolations(c, spec, images)...)
		if w.stays && c.StartupProbe == nil && (c.ReadinessProbe == nil || c.LivenessProbe == nil) {
			found = append(found, c.Name+": readiness or liveness probe is missing")
		}
	}
	return found
}

func containerViolations(c corev1.Container, spec corev1.PodSpec, images []string) []string {
	var found []string
	check := func(ok bool, format string, args ...any) {
		if !ok {
			found = append(found, c.Name+": "+fmt.Sprintf(format, args...))
		}
	}
	for _, amount := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		check(!c.Resources.Requests.Name(amount, "").IsZero(), "no request of %s", amount)
		check(!c.Resources.Limits.Name(amount, "").IsZero(), "no limit of %s", amount)
	}
	name, _, _ := strings.Cut(c.Image, "@")
	check(!strings.HasSuffix(name, ":latest"), "image %s has no version", c.Image)
	check(slices.Contains(images, name), "image %s is built by no folder of images/", c.Image)
	check(c.ImagePullPolicy == corev1.PullIfNotPresent, "imagePullPolicy is %q", c.ImagePullPolicy)

	own, pod := c.SecurityContext, spec.SecurityContext
	if own == nil {
		own = &corev1.SecurityContext{}
	}
	if pod == nil {
		pod = &corev1.PodSecurityContext{}
	}
	check(isTrue(own.RunAsNonRoot) || isTrue(pod.RunAsNonRoot), "may run as root")
	check(isTrue(own.ReadOnlyRootFilesystem), "can write to its root filesystem")
	check(own.AllowPrivilegeEscalation != nil && !*own.AllowPrivilegeEscalation, "may gain privileges")
	check(!isTrue(own.Privileged), "is privileged")
	check(own.Capabilities != nil && len(own.Capabilities.Add) == 0 &&
		slices.Equal(own.Capabilities.Drop, []corev1.Capability{"ALL"}), "keeps capabilities")
	check(confined(own.SeccompProfile) || confined(pod.SeccompProfile), "may use any system call")
	return found
}

func isTrue(b *bool) bool { return b != nil && *b }

func confined(p *corev1.SeccompProfile) bool {
	return p != nil && p.Type == corev1.SeccompProfileTypeRuntimeDefault
}

// knownImages are the names that the folders of images/ stand for.
func knownImages(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, file := range slices.Concat(glob(t, "../images/*/image.yaml"), glob(t, "../images/*/*/image.yaml")) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var image struct{ Image string }
		require.NoError(t, yaml.Unmarshal(text, &image), file)
		names = append(names, image.Image)
	}
	require.NotEmpty(t, names)
	return append(names, fromRegistryOnly...)
}

// fromRegistryOnly are images of charts that deploy where a registry answers.
var fromRegistryOnly = []string{
	"docker.io/jenkins/jenkins:2.568.3-jdk21",        // no Java is built here
	"registry.example.com/jenkins:2.568.3-firedrill", // what a user makes of it
}

func TestPolicyFindsWhatItForbids(t *testing.T) {
	w := workload{stays: true}
	w.template.Spec = corev1.PodSpec{HostPID: true, Containers: []corev1.Container{{Name: "a", Image: "b:latest"}}}
	require.Equal(t, []string{
		"shares a namespace with its host",
		"a: no request of cpu", "a: no limit of cpu", "a: no request of memory", "a: no limit of memory",
		"a: image b:latest has no version", "a: image b:latest is built by no folder of images/",
		`a: imagePullPolicy is ""`,
		"a: may run as root", "a: can write to its root filesystem", "a: may gain privileges",
		"a: keeps capabilities", "a: may use any system call",
		"a: readiness or liveness probe is missing",
	}, violations(w, nil))
}

// Only names: with any of these one gets at secrets, or at whole nodes.
var tooMuch = []string{"*", "secrets", "nodes/proxy", "pods/exec", "pods/attach", "serviceaccounts/token"}

// mayWrite are the roles of those who deploy, each with the reason.
// TestTheAgentMayDoWhatItsDrillsAsk sets the bounds of the last three.
var mayWrite = map[string]string{
	"deployer":                         "people of the groups that may deploy",
	"jenkins":                          "starts its jobs' pods",
	"jenkins-jenkins-agent-drills":     "breaks and mends",
	"jenkins-jenkins-agent-records":    "writes down what has to be mended",
	"jenkins-jenkins-agent-monitoring": "asks the servers, and Grafana by its password",
}

// maySeeSecrets are the roles that may list Secrets, each with the reason.
var maySeeSecrets = map[string]string{
	"ingress":                 "takes certificates and their keys, of its own namespace only",
	"monitoring-certificates": "reads certificates out of them, and Kubernetes has no smaller right",
}

func TestPermissionsAreFewAndReadOnly(t *testing.T) {
	forEachVariant(t, func(t *testing.T, _ variant, r *release.Release) {
		for _, object := range objects(t, r) {
			name := object.(metav1.Object).GetName()
			if _, allowed := mayWrite[name]; allowed {
				continue
			}
			for _, rule := range rulesOf(object) {
				requireFewAndReadOnly(t, name, rule)
			}
		}
	})
}

// requireFewAndReadOnly fails the test for a rule of the role of that name by
// which one may write, or get at secrets or whole nodes.
func requireFewAndReadOnly(t *testing.T, role string, rule rbacv1.PolicyRule) {
	t.Helper()
	require.NotContains(t, rule.APIGroups, "*")
	if slices.Equal(rule.Resources, []string{"ingresses/status"}) {
		return // the controller says where it is reached
	}
	require.Subset(t, []string{"get", "list", "watch"}, rule.Verbs)
	_, allowed := maySeeSecrets[role]
	if allowed && slices.Equal(rule.Resources, []string{"secrets"}) {
		return
	}
	for _, resource := range tooMuch {
		require.NotContains(t, rule.Resources, resource)
	}
}

// rulesOf are those of a role, and none of anything else.
func rulesOf(object runtime.Object) []rbacv1.PolicyRule {
	switch o := object.(type) {
	case *rbacv1.ClusterRole:
		return o.Rules
	case *rbacv1.Role:
		return o.Rules
	}
	return nil
}
