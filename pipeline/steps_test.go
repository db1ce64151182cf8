package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/certificates"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
)

// TestClusterConfigSuitsTheMachine: what a nested machine lacks is made up for
// in the cluster.
func TestClusterConfigSuitsTheMachine(t *testing.T) {
	node := images.Image{Name: "kindest/node:v1.36.3", ConfigDigest: "sha256:9", Labels: map[string]string{networkLabel: "none"}}
	s, _ := running(t, "one", nil)
	s.machine.CgroupVersion = 1
	config, err := s.clusterConfig(node)
	require.NoError(t, err)
	require.Equal(t, "one", config.Name)
	require.Equal(t, "docker", config.Engine.Name)
	require.Equal(t, 1, config.Nodes, "as firedrill.yaml says")
	require.True(t, config.CgroupV1)
	require.True(t, config.RestrictOOM)
	require.True(t, config.Offline)
	require.True(t, config.Image.OwnNetwork)
	require.Equal(t, "sha256:9", config.Image.ID)

	s.machine = &machine.Machine{Engine: s.machine.Engine, CgroupVersion: 2, CanRaiseLimits: true, Resolver: true}
	s.options.Nodes = 3
	node.Labels = nil
	config, err = s.clusterConfig(node)
	require.NoError(t, err)
	require.Equal(t, 3, config.Nodes, "the command line overrides firedrill.yaml")
	require.False(t, config.CgroupV1)
	require.False(t, config.RestrictOOM)
	require.False(t, config.Offline)
	require.False(t, config.Image.OwnNetwork)
}

func TestStepsThatHaveNothingToDoSayWhy(t *testing.T) {
	s, _ := running(t, "one", nil)
	s.options.Kubeconfig = "theirs"
	require.Equal(t, skipped("the cluster of theirs is used"), s.createCluster(t.Context(), nil))
	require.Equal(t, skipped("firedrill.yaml names no addresses"), s.visitAddresses(t.Context(), nil))
	s.drills = nil
	require.Equal(t, skipped("firedrill.yaml names no smoketests"), s.holdDrills(t.Context(), nil))
}

// Why a certificate does not come is looked for where the intermediate was put.
func TestTheDeploymentKnowsWhereTheIntermediateIs(t *testing.T) {
	s, _ := running(t, "one", nil)
	s.options.Kubeconfig = two(t)
	s.content.Certificates = nil
	o, err := s.deployment(nil)
	require.NoError(t, err)
	require.Empty(t, o.CertManager)

	s.content.Certificates = &certificates.Wanted{Issuing: certificates.Issuing{Namespace: "pki", Secret: "issuing"}}
	o, err = s.deployment(nil)
	require.NoError(t, err)
	require.Equal(t, "pki", o.CertManager)
}

// Drills are held meanwhile; without any, the command ends with the wait.
func TestWhatMayBeReadyLaterIsWaitedForAfterTheDrills(t *testing.T) {
	s, _ := running(t, "one", nil)
	var names []string
	for _, step := range s.proving() {
		names = append(names, step.name)
	}
	require.Equal(t, []string{"scan", "drill", "ready", "panels", "rules", "channels"}, names)
	require.Equal(t, skipped("no release may become ready later"), s.awaitLater(t.Context(), nil))
	s.content.Releases = []deploy.Release{{Name: "slow", Ready: "later"}}
	s.options.Kubeconfig = "missing"
	require.ErrorContains(t, s.awaitLater(t.Context(), nil), "missing")
}
