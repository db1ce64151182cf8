package charts_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"firedrill/pipeline"
	"firedrill/pipeline/content"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
)

// unseen are rights that the test below does not see used, each with the reason.
var unseen = map[right]string{
	{"monitoring", "get", "pods", ""}:                "looks whether the pod of a forwarded port is still there; none is forwarded here",
	{"monitoring", "create", "pods/portforward", ""}: "newer API servers want it for what is a get here",
}

// The drills of the job that Jenkins begins with are held as its pod holds them,
// against an API server that allows what the chart says. They need no more, but
// for what they can do without, and they use all of it.
func TestTheAgentMayDoWhatItsDrillsAsk(t *testing.T) {
	granted := agentRights(t, nil)
	cluster := newOwnCluster(t, granted)
	c := shippedContent(t)
	synctest.Test(t, func(t *testing.T) { holdAsTheJob(t, cluster, c) })
	require.Equal(t, []right{{"", "create", "namespaces", ""}}, cluster.denied, "the namespace of the records is there already")
	wayToGrafana(t, cluster, c)
	require.Len(t, cluster.denied, 1)

	for _, r := range granted {
		if _, left := unseen[r]; !left {
			require.Contains(t, cluster.used, r, "nothing needs the right to %s", r)
		}
	}
}

// shipped is the content that the job works with.
func shippedContent(t *testing.T) *content.Content {
	t.Helper()
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	c, err := content.Load(t.Context(), "../firedrill.yaml", pipeline.Charts(cache))
	require.NoError(t, err)
	return c
}

func holdAsTheJob(t *testing.T, cluster *ownCluster, c *content.Content) {
	t.Helper()
	config := &rest.Config{Host: "https://own-cluster", Transport: cluster, ContentConfig: rest.ContentConfig{ContentType: "application/json"}}
	servers, err := drill.Connect(config, c.Endpoints, &c.Logs.Loki)
	require.NoError(t, err)
	rules, err := drill.Rules(c.Rules)
	require.NoError(t, err)
	all, err := drill.Load(c.Smoketests)
	require.NoError(t, err)
	names := strings.Fields(parameterOf(t, "DRILLS"))
	drills := slices.DeleteFunc(all, func(d drill.Drill) bool { return !slices.Contains(names, d.Name) })
	require.Len(t, drills, len(names))

	o := drill.Options{
		Servers: servers, Rules: rules, Sink: event.Tee(),
		Against: &drill.Against{Namespace: parameterOf(t, "NAMESPACE")},
	}
	require.NoError(t, drill.Recover(t.Context(), servers.Cluster, o.Sink))
	results, err := drill.RunAll(t.Context(), o, drills)
	require.NoError(t, err)
	require.Len(t, results, len(names))
	for _, r := range results {
		require.Empty(t, r.Duplicates, "a notification was read twice")
	}
}

// wayToGrafana goes it until a port would be forwarded.
func wayToGrafana(t *testing.T, cluster *ownCluster, c *content.Content) {
	t.Helper()
	nothing := func(drill.Servers) error { return nil }
	err := pipeline.HoldDrills(t.Context(), &rest.Config{Host: cluster.listen(t)}, c, nothing, nothing)
	require.ErrorContains(t, err, noForwarding)
}

// parameterOf is what a parameter of the Jenkinsfile is by default.
func parameterOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../Jenkinsfile")
	require.NoError(t, err)
	match := regexp.MustCompile(`name: '` + name + `', defaultValue: '([^']+)'`).FindSubmatch(text)
	require.NotNil(t, match, name)
	return string(match[1])
}

// agentRights are those of the job's pods. None is for the whole cluster.
func agentRights(t *testing.T, values map[string]any) []right {
	t.Helper()
	r, err := render("jenkins", values)
	require.NoError(t, err)
	var rights []right
	for _, object := range objects(t, r) {
		require.NotContains(t, []string{"ClusterRole", "ClusterRoleBinding"}, object.GetObjectKind().GroupVersionKind().Kind)
		binding, ok := object.(*rbacv1.RoleBinding)
		if !ok || binding.Subjects[0].Name != "jenkins-agent" {
			continue
		}
		require.Equal(t, []rbacv1.Subject{{Kind: "ServiceAccount", Name: "jenkins-agent", Namespace: "jenkins"}}, binding.Subjects)
		role := find[*rbacv1.Role](t, objects(t, r), binding.RoleRef.Name)
		require.Equal(t, role.Namespace, binding.Namespace)
		rights = append(rights, rightsOf(role)...)
	}
	return rights
}

// rightsOf takes a role's rules apart.
func rightsOf(role *rbacv1.Role) []right {
	var all []right
	for _, rule := range role.Rules {
		names := rule.ResourceNames
		if len(names) == 0 {
			names = []string{""}
		}
		for _, resource := range resourcesOf(rule) {
			for _, verb := range rule.Verbs {
				for _, name := range names {
					all = append(all, right{role.Namespace, verb, resource, name})
				}
			}
		}
	}
	return all
}

// resourcesOf are each of the rule's resources in each of its groups, as RBAC grants
// them.
func resourcesOf(rule rbacv1.PolicyRule) []string {
	var all []string
	for _, resource := range rule.Resources {
		for _, group := range rule.APIGroups {
			all = append(all, strings.TrimSuffix(resource+"."+group, "."))
		}
	}
	return all
}

func TestTheAgentsNamespacesAreThoseOfTheValues(t *testing.T) {
	v := variant{chart: "jenkins", values: "jenkins/ci/values-offline.yaml"}
	in := map[string]bool{}
	for _, r := range agentRights(t, v.load(t)) {
		in[r.namespace] = true
		require.False(t, r.resource == "secrets" && r.name == "", "every Secret of %s", r.namespace)
	}
	require.Equal(t, map[string]bool{"shop": true, "firedrill": true, "observability": true}, in)
}

func TestTheAgentIsGivenNoRightToEverything(t *testing.T) {
	for key, bad := range map[string]string{"verbs": "*", "resources": "*", "apiGroups": "*"} {
		rule := map[string]any{"apiGroups": []any{"apps"}, "resources": []any{"deployments"}, "verbs": []any{"get"}}
		rule[key] = []any{bad}
		_, err := render("jenkins", set("agent.rules", []any{rule}))
		require.ErrorContains(t, err, "values don't meet the specifications of the schema", key)
	}
}

// grafanaObjects are what leads to Grafana.
func grafanaObjects() map[string]any {
	labels := map[string]string{"app": "grafana"}
	return map[string]any{
		"secrets": &corev1.Secret{Data: map[string][]byte{"admin-user": []byte("admin"), "admin-password": []byte("secret")}},
		"services": &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "monitoring", Name: "grafana"},
			Spec:       corev1.ServiceSpec{Selector: labels, Ports: []corev1.ServicePort{{Port: 3000}}},
		},
		"pods": &corev1.PodList{Items: []corev1.Pod{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "monitoring", Name: "grafana-1", Labels: labels},
			Status:     corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}},
		}}},
	}
}
