//go:build e2e

package e2e_test

import (
	"archive/tar"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Somebody else has a cluster of kind's, so to speak: stopped containers, a
// volume and a network as kind makes them, and runs of firedrill in another
// cache. One of the same name must not be removed either, by whatever command.
func TestForeignClusterIsNotTouched(t *testing.T) {
	const name = "somebody-else"
	s := newSite(t)
	undo := func() {
		s.undo("rm", name+"-1", name+"-2")
		s.undo("rmi", somebodysImage)
		s.undo("volume", "rm", name)
		s.undo("network", "rm", name, somebodysRun)
	}
	undo() // what a test that was killed has left
	t.Cleanup(undo)
	image := s.anyImage()
	s.call("network", "create", name)
	s.call("volume", "create", "--label", name+"-control-plane=", name)
	s.call("network", "create", "--label", "firedrill.run=other", "--label", "firedrill.runs=/other/cache/runs", somebodysRun)
	s.call("create", "--name", name+"-1", "--label", "io.x-k8s.kind.cluster="+name, image, "/never-started")
	s.call("create", "--name", name+"-2", "--label", "io.x-k8s.kind.cluster="+name, "--network", name, image, "/never-started")
	s.before = s.list()

	s.run("down", "--all")
	s.requireNothingLeft()
	s.run("down", "--name", name)
	s.requireNothingLeft()
	for _, command := range []string{"up", "deploy-and-test"} {
		p := s.start(command, "--name", name)
		require.Positive(t, p.wait(), "exit status of %s with a name that is taken\n%s", command, p.stderr())
		require.Contains(t, p.stderr(), "a cluster named "+name)
		s.requireNothingLeft()
	}
}

// somebodysRun is the network of a run in another cache.
const somebodysRun = "somebody-elses"

const somebodysImage = "localhost/somebody-else/image:1"

// anyImage gives the engine an image with nothing in it.
func (s *site) anyImage() string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "image.tar")
	file, err := os.Create(path)
	require.NoError(s.t, err)
	require.NoError(s.t, tar.NewWriter(file).Close())
	require.NoError(s.t, file.Close())
	s.call("import", path, somebodysImage)
	return somebodysImage
}
