package cluster

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

var podman = Engine{Name: "podman"}

func TestNodeImageIsLoadedOnlyWhenTheEngineLacksIt(t *testing.T) {
	image := NodeImage{Name: "kindest/node:v1", ID: "sha256:abc", Archive: func(w io.Writer) error {
		_, err := io.WriteString(w, "archive")
		return err
	}}
	for have, wantLoad := range map[string]bool{"abc\n": false, "sha256:abc": false, "def": true} {
		f := &fakeEngine{answers: map[string]string{"image inspect": have}}
		err := engine{podman, f}.loadNodeImage(t.Context(), image, func(string) {})
		require.NoError(t, err)
		require.Equal(t, wantLoad, f.fed["load"] == "archive", have)
	}
}

func TestNodeImageThatCannotBeWritten(t *testing.T) {
	broken := errors.New("disk full")
	image := NodeImage{Name: "n:1", ID: "sha256:abc", Archive: func(io.Writer) error { return broken }}
	err := engine{podman, &fakeEngine{}}.loadNodeImage(t.Context(), image, func(string) {})
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "load node image n:1")
}

func TestLackingComparesNameAndDigest(t *testing.T) {
	const table = `REF       TYPE                                     DIGEST     SIZE    PLATFORMS   LABELS
a:1       application/vnd.oci.image.manifest.v1+json sha256:aaa 1.0 MiB linux/amd64 -
b:1       application/vnd.oci.image.manifest.v1+json sha256:old 1.0 MiB linux/amd64 -
`
	images := []Image{{Name: "a:1", Digest: "sha256:aaa"}, {Name: "b:1", Digest: "sha256:new"}, {Name: "c:1", Digest: "sha256:ccc"}}
	require.Equal(t, []string{"b:1", "c:1"}, lacking(images, table))
}

func TestLoadSendsOneStreamToEachNode(t *testing.T) {
	f := &fakeEngine{answers: map[string]string{"exec n2 ctr": "a:1 type sha256:a\n"}}
	c := &Cluster{Name: "c", Nodes: []string{"n1", "n2"}, engine: engine{podman, f}}
	images := []Image{{Name: "a:1", Digest: "sha256:a"}, {Name: "b:1", Digest: "sha256:b"}}
	err := c.Load(t.Context(), images, func(w io.Writer, names []string) error {
		_, err := io.WriteString(w, strings.Join(names, " "))
		return err
	}, nil)
	require.NoError(t, err)
	require.Equal(t, map[string]string{
		"exec --interactive n1 ctr --namespace=k8s.io images import --local --all-platforms -": "a:1 b:1",
		"exec --interactive n2 ctr --namespace=k8s.io images import --local --all-platforms -": "b:1",
	}, f.fed)
}

func TestKindConfig(t *testing.T) {
	c := kindConfig(Config{Name: "run", Nodes: 3, CgroupV1: true, RestrictOOM: true, Image: NodeImage{OwnNetwork: true}})
	require.Len(t, c.Nodes, 3)
	require.Equal(t, "control-plane", string(c.Nodes[0].Role))
	require.Equal(t, "worker", string(c.Nodes[2].Role))
	require.False(t, c.Networking.DisableDefaultCNI, "the image's part of it enforces NetworkPolicies")
	require.Contains(t, strings.Join(c.KubeadmConfigPatches, ""), "failCgroupV1: false")
	require.Contains(t, strings.Join(c.ContainerdConfigPatches, ""), "restrict_oom_score_adj = true")
	require.Contains(t, strings.Join(c.ContainerdConfigPatches, ""), "conf_template")

	laptop := kindConfig(Config{Name: "run", Nodes: 1})
	require.False(t, laptop.Networking.DisableDefaultCNI)
	require.NotContains(t, strings.Join(laptop.KubeadmConfigPatches, ""), "failCgroupV1")
	require.Empty(t, laptop.ContainerdConfigPatches)
}

func TestTheControlPlaneIsStrict(t *testing.T) {
	c := kindConfig(Config{Name: "run", Nodes: 2, Reserved: 1, APIServer: "/runs/run/apiserver"})
	require.Equal(t, "/runs/run/apiserver", c.Nodes[0].ExtraMounts[0].HostPath)
	for _, worker := range c.Nodes[1:] {
		require.Empty(t, worker.ExtraMounts, "the key is for the API server alone")
	}
	patches := strings.Join(c.KubeadmConfigPatches, "")
	require.Contains(t, patches, "anonymous: {enabled: false}")
	require.Contains(t, patches, "authorization: {mode: Webhook}")
	require.Contains(t, patches, "readOnlyPort: 0")
	var arguments string
	for _, p := range c.KubeadmConfigPatchesJSON6902 {
		arguments += p.Patch
	}
	for _, name := range []string{"encryption-provider-config", "audit-policy-file", "authentication-config"} {
		require.Contains(t, arguments, "{name: "+name+",")
	}
}

func TestTheAuditLogIsForRootsGroup(t *testing.T) {
	f := &fakeEngine{}
	c := &Cluster{Name: "c", Nodes: []string{"c-control-plane", "c-worker"}, engine: engine{podman, f}}
	require.NoError(t, c.openAuditLog(t.Context()))
	require.Equal(t, []string{"exec c-control-plane chmod 640 /var/log/kubernetes/audit/audit.log"}, f.calls)
}

func TestHasNodeLabel(t *testing.T) {
	for labels, want := range map[string]bool{
		"map[run-control-plane:true]":           true,
		"run-worker2=true,other=x":              true,
		"map[other-control-plane:true]":         true,
		"map[run-control-plane-backup:true]":    false,
		"map[my-run-control-plane:true x:y]":    false,
		"":                                      false,
		"map[a:b other-worker:true run:worker]": true,
	} {
		name := "run"
		if strings.Contains(labels, "other-control") || strings.Contains(labels, "other-worker:") {
			name = "other"
		}
		require.Equal(t, want, hasNodeLabel(labels, name), labels)
	}
}

func TestDeleteRemovesByLabelUntilNothingIsLeft(t *testing.T) {
	f := &shrinkingEngine{rounds: 2}
	require.NoError(t, Delete(t.Context(), f, podman, "firedrill.run", "run"))
	require.Equal(t, 2, f.removed)
	require.True(t, f.networkGone)

	forever := &shrinkingEngine{rounds: 1000}
	require.ErrorContains(t, Delete(t.Context(), forever, podman, "firedrill.run", "run"), "keeps coming back")
}

func TestDeleteReportsWhatFailed(t *testing.T) {
	f := &fakeEngine{answers: map[string]string{"network ls": "run"}, failures: map[string]error{"ps": errors.New("cannot connect")}}
	require.ErrorContains(t, Delete(t.Context(), f, podman, "firedrill.run", "run"), "delete cluster run: cannot connect")
}

func TestDeleteLeavesAClusterWithoutTheRunsNetworkAlone(t *testing.T) {
	f := &fakeEngine{answers: map[string]string{"ps": "0123456789ab"}}
	require.NoError(t, Delete(t.Context(), f, podman, "firedrill.run", "somebody-else"))
	require.Equal(t, []string{"network ls --quiet --filter label=firedrill.run=somebody-else"}, f.calls)
}

func TestDeleteKeepsTheNetworkWhileAContainerStays(t *testing.T) {
	f := &fakeEngine{
		answers:  map[string]string{"network ls": "run", "ps": "0123456789ab"},
		failures: map[string]error{"rm": errors.New("device is busy")},
	}
	require.ErrorContains(t, Delete(t.Context(), f, podman, "firedrill.run", "run"), "device is busy")
	require.NotContains(t, f.calls, "network rm run")
}

func TestAnswerForeignNames(t *testing.T) {
	const corefile = `.:53 {
    errors
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
}
`
	require.Equal(t, `cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {
    errors
    cache 30
}
.:53 {
    errors
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`, answerForeignNames(corefile))
}

func TestRoutesLeadToTheOtherNodes(t *testing.T) {
	f := &fakeEngine{}
	c := &Cluster{Name: "c", Nodes: []string{"n1", "n2"}, engine: engine{podman, f}}
	client := fake.NewClientset(readyNode("n1", "10.244.0.0/24", "10.89.0.2"), readyNode("n2", "10.244.1.0/24", "10.89.0.3"))
	require.NoError(t, c.route(t.Context(), client))
	require.Contains(t, f.calls, "exec n1 ip route replace 10.244.1.0/24 via 10.89.0.3")
	require.Contains(t, f.calls, "exec n2 ip route replace 10.244.0.0/24 via 10.89.0.2")
	require.Contains(t, f.calls, "exec n1 ip route replace unreachable 10.244.0.0/24", "what is for a pod that has ended stays")
	require.Contains(t, f.calls, "exec n2 ip route replace unreachable 10.244.1.0/24")
	require.Len(t, f.calls, 6, "masquerading and two routes on each node")
}

func TestWaitReadySaysWhatWasSeenLast(t *testing.T) {
	node := readyNode("n1", "", "")
	node.Status.Conditions[0].Status = corev1.ConditionFalse
	node.Status.Conditions[0].Message = "cni plugin not initialized"
	ctx, cancel := contextThatEnds(t)
	defer cancel()
	err := waitReady(ctx, fake.NewClientset(node), "n1", func(string) {})
	require.ErrorContains(t, err, "wait for node n1")
	require.ErrorContains(t, err, "Ready is False: cni plugin not initialized")
}

func readyNode(name, cidr, address string) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       corev1.NodeSpec{PodCIDR: cidr},
		Status: corev1.NodeStatus{
			Addresses:  []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: address}},
			Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}},
		},
	}
}

func TestZonesAreAskedForWhereTheyAreDelegatedTo(t *testing.T) {
	require.Equal(t, `firedrill.test:53 {
    errors
    forward . 10.96.0.53
}
`, delegated([]Delegation{{Zone: "firedrill.test", Server: "10.96.0.53"}}))
	require.Empty(t, delegated(nil))
}
