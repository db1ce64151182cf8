package charts_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
)

// grants tells whether one of the rules allows the verb.
func grants(rules []rbacv1.PolicyRule, verb, group, resource string) bool {
	return slices.ContainsFunc(rules, func(r rbacv1.PolicyRule) bool {
		return slices.Contains(r.Verbs, verb) && slices.Contains(r.APIGroups, group) && slices.Contains(r.Resources, resource)
	})
}

// everywhere are the kinds that belong to no namespace.
var everywhere = []string{"ClusterRole", "ClusterRoleBinding"}

// agentRules are what the job's pods may do: in the namespaces of releases, and
// in the whole cluster.
func agentRules(t *testing.T) (inNamespace, inCluster []rbacv1.PolicyRule) {
	t.Helper()
	r, err := render("jenkins", nil)
	require.NoError(t, err)
	all := objects(t, r)
	inCluster = find[*rbacv1.ClusterRole](t, all, "jenkins-jenkins-agent-cluster").Rules
	return slices.Concat(find[*rbacv1.ClusterRole](t, all, "jenkins-jenkins-agent-releases").Rules, inCluster), inCluster
}

// onlyByAdministrators are the objects that the job's pods cannot deploy, each
// with the reason: there such a part is left out, or deployed by somebody else.
var onlyByAdministrators = map[string]string{
	"monitoring-certificates": "whoever may grant to read Secrets reads them; certificates.enabled leaves it out",
}

// releasesOfOthers are all objects of the other charts, with all values, but for
// those.
func releasesOfOthers(t *testing.T) []runtime.Object {
	t.Helper()
	var all []runtime.Object
	for _, v := range variants(t) {
		// Who bounds environments and gives roles in them, opens the way in, writes
		// names or says who signs, is an administrator.
		if slices.Contains([]string{"jenkins", "environments", "external-dns", "ingress", "issuers"}, v.chart) {
			continue
		}
		r, err := render(v.chart, v.load(t))
		require.NoError(t, err)
		for _, object := range objects(t, r) {
			if _, left := onlyByAdministrators[object.(metav1.Object).GetName()]; !left {
				all = append(all, object)
			}
		}
	}
	return all
}

func TestTheAgentMayDeployTheReleases(t *testing.T) {
	inNamespace, inCluster := agentRules(t)
	for _, object := range releasesOfOthers(t) {
		kinds, _, err := scheme.Scheme.ObjectKinds(object)
		require.NoError(t, err)
		resource, _ := meta.UnsafeGuessKindToResource(kinds[0])
		rules := inNamespace
		if slices.Contains(everywhere, kinds[0].Kind) {
			rules = inCluster
		}
		for _, verb := range strings.Fields("get list watch create update patch delete") {
			require.True(t, grants(rules, verb, resource.Group, resource.Resource), "%s %s", verb, resource)
		}
	}
}

// Kubernetes lets nobody grant what he may not do himself.
func TestTheAgentMayGrantWhatTheReleasesGrant(t *testing.T) {
	_, inCluster := agentRules(t)
	for _, object := range releasesOfOthers(t) {
		role, ok := object.(*rbacv1.ClusterRole)
		if !ok {
			continue
		}
		for _, rule := range role.Rules {
			for _, verb := range rule.Verbs {
				for _, resource := range rule.Resources {
					require.True(t, grants(inCluster, verb, rule.APIGroups[0], resource), "%s: %s %s", role.Name, verb, resource)
				}
				for _, url := range rule.NonResourceURLs {
					require.True(t, slices.ContainsFunc(inCluster, func(r rbacv1.PolicyRule) bool {
						return slices.Contains(r.NonResourceURLs, url) && slices.Contains(r.Verbs, verb)
					}), "%s: %s %s", role.Name, verb, url)
				}
			}
		}
	}
}

// In the whole cluster the job's pods may see, but read nothing that is secret
// and change nothing but such roles.
func TestTheAgentIsNoAdministrator(t *testing.T) {
	_, inCluster := agentRules(t)
	for _, rule := range inCluster {
		require.NotSubset(t, rule.Verbs, []string{"*"})
		for _, verb := range []string{"escalate", "bind", "impersonate"} {
			require.NotContains(t, rule.Verbs, verb)
		}
		for _, resource := range []string{"*", "secrets", "configmaps", "pods/log", "pods/exec", "pods/portforward", "services/proxy", "nodes/proxy", "serviceaccounts/token"} {
			require.NotContains(t, rule.Resources, resource)
		}
		if !slices.Equal(rule.APIGroups, []string{rbacv1.GroupName}) {
			require.Subset(t, []string{"get", "list", "watch"}, rule.Verbs, "%v", rule)
		}
	}
}

func TestTheAgentIsBoundInItsNamespacesOnly(t *testing.T) {
	r, err := render("jenkins", set("agent.namespaces", []any{"demo"}))
	require.NoError(t, err)
	var in []string
	for _, object := range objects(t, r) {
		if b, ok := object.(*rbacv1.RoleBinding); ok && b.Name == "jenkins-jenkins-agent" {
			in = append(in, b.Namespace)
			require.Equal(t, "jenkins-jenkins-agent-releases", b.RoleRef.Name)
		}
		if b, ok := object.(*rbacv1.ClusterRoleBinding); ok {
			require.Equal(t, "jenkins-jenkins-agent-cluster", b.RoleRef.Name)
			require.Equal(t, metav1.ObjectMeta{Name: b.Name, Labels: b.Labels}, b.ObjectMeta)
		}
	}
	require.Equal(t, []string{"demo"}, in)
}
