//go:build e2e

package e2e_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// A killed run cannot clean up after itself, so `down --all` does.
func TestKilledWhileItMakesSomething(t *testing.T) {
	for _, c := range []struct {
		name string
		at   moment
	}{
		{"machine, the probe runs", calls("run --rm --privileged")},
		{"cluster, nodes are made", calls("run --name e2e-kill-control-plane")},
		{"cluster, Kubernetes starts", says("cluster", "nodes", "Starting control-plane")},
		{"cluster, images go into the node", calls("images import")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			p := s.start("up", "--name", "e2e-kill")
			p.await(c.at)
			p.kill()
			s.run("down", "--all")
			s.requireNothingLeft()
		})
	}
}

// The engine is made to lack every node image by taking its name away; the
// layers have another name meanwhile, so that they stay.
func TestKilledWhileTheNodeImageLoads(t *testing.T) {
	s := newSite(t)
	for i, image := range s.nodeImages() {
		keeper := fmt.Sprintf("localhost/firedrill/e2e-keeper:%d", i)
		s.call("tag", image, keeper)
		s.call("rmi", image)
		t.Cleanup(func() {
			s.undo("tag", keeper, image)
			s.undo("rmi", keeper)
		})
	}
	s.before = s.list()
	p := s.start("up", "--name", "e2e-load")
	p.await(says("cluster", "node image", "loading"))
	p.await(calls(s.engine.Name + " load"))
	p.kill()
	s.run("down", "--all")
	s.requireNothingLeft()
}

// A cluster that was kept is used by several commands, each of which is killed.
func TestKilledOnAKeptCluster(t *testing.T) {
	const name = "e2e-kept"
	s := newSite(t)
	p := s.start("deploy-and-test", "--name", name, "--keep")
	p.await(says("deploy", "monitoring", ""))
	p.interrupt()
	require.NotZero(t, p.wait(), p.stderr())
	require.Len(t, s.nodes(name), 2, "--keep holds for a run that fails after the cluster stood\n%s", p.stderr())

	p = s.start("deploy", "--name", name)
	p.await(says("deploy", "monitoring", ""))
	p.kill()
	s.run("deploy", "--name", name)

	p = s.start("drill", "--name", name, "website-down")
	p.await(says("drill", "website-down", "prometheus: firing after"))
	p.kill()
	require.Equal(t, "0", s.replicas(name), "the fault outlives the program that set it")
	s.run("drill", "--name", name, "--recover")
	require.Equal(t, "2", s.replicas(name), "the next one undoes it")

	p = s.start("down", "--name", name)
	p.await(calls(s.engine.Name + " rm --force"))
	p.kill()
	s.run("down", "--all")
	s.requireNothingLeft()
}

// replicas is how many of the website are wanted.
func (s *site) replicas(name string) string {
	s.t.Helper()
	return s.call("exec", name+"-control-plane", "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf",
		"--namespace=demo", "get", "deployment", "website", "--output=jsonpath={.spec.replicas}")
}
