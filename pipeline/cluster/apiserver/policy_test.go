package apiserver_test

import (
	"os"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// rule is one of an audit policy.
type rule struct {
	Level           string   `yaml:"level"`
	Users           []string `yaml:"users"`
	UserGroups      []string `yaml:"userGroups"`
	Verbs           []string `yaml:"verbs"`
	NonResourceURLs []string `yaml:"nonResourceURLs"`
	Resources       []struct {
		Group     string
		Resources []string
	}
}

// request is what somebody does.
type request struct {
	user, verb, group, resource string
	groups                      []string
}

// fits is the API server's own way of matching, as far as the policy uses it.
func (r rule) fits(q request) bool {
	if len(r.Users) > 0 && !slices.Contains(r.Users, q.user) {
		return false
	}
	if len(r.UserGroups) > 0 && !slices.ContainsFunc(q.groups, func(g string) bool { return slices.Contains(r.UserGroups, g) }) {
		return false
	}
	if len(r.Verbs) > 0 && !slices.Contains(r.Verbs, q.verb) || len(r.NonResourceURLs) > 0 {
		return false
	}
	if len(r.Resources) == 0 {
		return true
	}
	for _, g := range r.Resources {
		if g.Group == q.group && (len(g.Resources) == 0 || slices.Contains(g.Resources, q.resource)) {
			return true
		}
	}
	return false
}

// What is to be known afterwards is written down; what a cluster does all day
// is not; and of Secrets nobody sees more than that they were touched.
func TestAuditPolicy(t *testing.T) {
	text, err := os.ReadFile("audit-policy.yaml")
	require.NoError(t, err)
	var policy struct{ Rules []rule }
	require.NoError(t, yaml.Unmarshal(text, &policy))
	level := func(q request) string {
		for _, r := range policy.Rules {
			if r.fits(q) {
				return r.Level
			}
		}
		return "None"
	}
	node, system := []string{"system:nodes"}, []string{"system:serviceaccounts:kube-system"}
	for name, c := range map[string]struct {
		want string
		request
	}{
		"a person deletes a Secret":        {"Metadata", request{user: "admin", verb: "delete", resource: "secrets"}},
		"a person reads a Secret":          {"Metadata", request{user: "admin", verb: "get", resource: "secrets"}},
		"a controller deletes a Secret":    {"Metadata", request{verb: "deletecollection", resource: "secrets", groups: system}},
		"a node fetches a Secret":          {"None", request{verb: "get", resource: "secrets", groups: node}},
		"a node asks for a pod's token":    {"None", request{verb: "create", resource: "serviceaccounts/token", groups: node}},
		"a program asks for a token":       {"Metadata", request{user: "admin", verb: "create", resource: "serviceaccounts/token"}},
		"a person goes into a pod":         {"Metadata", request{user: "admin", verb: "get", resource: "pods/exec"}},
		"a person becomes an admin":        {"RequestResponse", request{user: "admin", verb: "create", group: "rbac.authorization.k8s.io", resource: "clusterrolebindings"}},
		"a person changes a Deployment":    {"Metadata", request{user: "admin", verb: "patch", group: "apps", resource: "deployments"}},
		"a person looks at pods":           {"None", request{user: "admin", verb: "list", resource: "pods"}},
		"a drill asks Prometheus":          {"None", request{user: "admin", verb: "create", resource: "services/proxy"}},
		"a node reports its pods":          {"None", request{verb: "patch", resource: "pods/status", groups: node}},
		"a scheduler renews its lease":     {"None", request{user: "system:kube-scheduler", verb: "update", group: "coordination.k8s.io", resource: "leases"}},
		"anybody's events":                 {"None", request{user: "admin", verb: "create", resource: "events"}},
		"a kubelet asks who somebody is":   {"None", request{verb: "create", group: "authentication.k8s.io", resource: "tokenreviews", groups: node}},
		"a controller scales a ReplicaSet": {"None", request{verb: "update", group: "apps", resource: "replicasets", groups: system}},
	} {
		require.Equal(t, c.want, level(c.request), name)
	}
	for _, r := range policy.Rules {
		for _, g := range r.Resources {
			if slices.Contains(g.Resources, "secrets") {
				require.Contains(t, []string{"None", "Metadata"}, r.Level)
			}
		}
	}
}
