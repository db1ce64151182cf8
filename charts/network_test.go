package charts_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// mayReachAll are the pods that no policy keeps from talking to anything, each
// with the reason.
var mayReachAll = map[string]string{
	"blackbox-exporter": "asks whatever is to be probed",
	"jenkins":           "fetches what it builds from anywhere",
	"prometheus":        "asks whoever wants to be asked, in any namespace",
}

// Every pod is under a policy for both directions; none is let in by everybody
// on all ports, and who may talk to everything is listed.
func TestEveryPodIsBehindAPolicy(t *testing.T) {
	forEachVariant(t, func(t *testing.T, _ variant, r *release.Release) {
		all := objects(t, r)
		var policies []*networkingv1.NetworkPolicy
		for _, object := range all {
			if p, ok := object.(*networkingv1.NetworkPolicy); ok {
				policies = append(policies, p)
			}
		}
		if len(policies) == 0 {
			return // switched off by these values
		}
		for name, w := range pods(all) {
			mine := slices.DeleteFunc(slices.Clone(policies), func(p *networkingv1.NetworkPolicy) bool {
				return len(p.Spec.PodSelector.MatchLabels) == 0 || !labels.SelectorFromSet(p.Spec.PodSelector.MatchLabels).Matches(labels.Set(w.template.Labels))
			})
			require.Len(t, mine, 1, "%s: its own policy", name)
			require.Len(t, mine[0].Spec.PolicyTypes, 2, "%s: in and out", name)
			_, allowed := mayReachAll[mine[0].Name]
			for _, rule := range mine[0].Spec.Egress {
				require.False(t, len(rule.To) == 0 && !allowed, "%s may reach everything", name)
			}
			for _, rule := range mine[0].Spec.Ingress {
				require.NotEmpty(t, rule.From, "%s: anybody is let in", name)
				require.NotEmpty(t, rule.Ports, "%s: somebody is let in on all ports", name)
				requireNumbersBesideBlocks(t, name, rule)
			}
		}
	})
}

// requireNumbersBesideBlocks: kube-router makes two sets of one name of a port's
// name where pods and addresses are let in by one rule, and then gives up.
func requireNumbersBesideBlocks(t *testing.T, name string, rule networkingv1.NetworkPolicyIngressRule) {
	t.Helper()
	blocks := slices.ContainsFunc(rule.From, func(p networkingv1.NetworkPolicyPeer) bool { return p.IPBlock != nil })
	for _, port := range rule.Ports {
		require.False(t, blocks && port.Port.StrVal != "", "%s: give port %s by its number", name, port.Port.StrVal)
	}
}

// Let's Encrypt, a DNS server of somebody else's and a way in with a public address
// are outside, whichever release of the chart has the policies.
func TestCertManagerProvesNamesOutside(t *testing.T) {
	toAPIServer := []string{"443/TCP", "6443/TCP"}
	proofs := []string{"80/TCP", "53/UDP", "53/TCP"}
	for nameserver, want := range map[string][]string{
		"dns.dns:53":      proofs,
		"192.0.2.53":      proofs,
		"192.0.2.53:5300": append(slices.Clone(proofs), "5300/UDP", "5300/TCP"),
	} {
		r, err := render("issuers", set("acme.dns01.nameserver", nameserver))
		require.NoError(t, err)
		all := objects(t, r)
		require.Equal(t, slices.Concat(toAPIServer, want), outside(find[*networkingv1.NetworkPolicy](t, all, "controller")), nameserver)
		for _, other := range []string{"webhook", "cainjector"} {
			require.Equal(t, toAPIServer, outside(find[*networkingv1.NetworkPolicy](t, all, other)), other)
		}
	}
}

// outside are the ports at which a policy lets its pods out to what is no pod.
func outside(policy *networkingv1.NetworkPolicy) (ports []string) {
	for _, rule := range policy.Spec.Egress {
		if !slices.ContainsFunc(rule.To, func(p networkingv1.NetworkPolicyPeer) bool { return p.IPBlock != nil }) {
			continue
		}
		for _, p := range rule.Ports {
			ports = append(ports, fmt.Sprintf("%s/%s", p.Port, *p.Protocol))
		}
	}
	return ports
}
