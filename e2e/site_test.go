//go:build e2e

package e2e_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline"
	"firedrill/pipeline/cluster"
	"firedrill/pipeline/command"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/runs"
)

// site is the place where a test runs the program, and how it looked before.
type site struct {
	t      *testing.T
	binary string
	engine machine.Engine
	cache  string
	temp   string // the program's folder for temporary files
	mark   string // an environment variable by which its processes are found
	env    []string
	before listing
}

// inspect finds the container engine once for all tests. The engine's
// configuration goes where the program keeps it too.
var inspect = sync.OnceValues(func() (machine.Engine, error) {
	cache, err := pipeline.CacheDir()
	if err != nil {
		return machine.Engine{}, err
	}
	m, err := machine.Inspect(context.Background(), machine.Options{CacheDir: cache, ConfigDir: filepath.Join(cache, "engine")}, nil)
	if err != nil {
		return machine.Engine{}, err
	}
	return m.Engine, m.Ready()
})

// newSite works in the cache where the images are. env may name a kubeconfig
// of the user's.
func newSite(t *testing.T, env ...string) *site {
	t.Helper()
	cache, err := pipeline.CacheDir()
	require.NoError(t, err)
	return newSiteIn(t, cache, env...)
}

// newSiteIn works in another cache.
func newSiteIn(t *testing.T, cache string, env ...string) *site {
	t.Helper()
	binary := os.Getenv("FIREDRILL_BINARY")
	require.NotEmpty(t, binary, "FIREDRILL_BINARY must name the built program")
	engine, err := inspect()
	require.NoError(t, err)
	s := &site{t: t, binary: binary, engine: engine, cache: cache, temp: t.TempDir()}
	s.mark = "FIREDRILL_E2E=" + s.temp
	// On GitHub, runs that are to fail would stand on the page of a job that passed.
	s.env = append(os.Environ(), "GITHUB_ACTIONS=", "FIREDRILL_NOTIFY_URL=", "FIREDRILL_CACHE="+cache, "TMPDIR="+s.temp, s.mark)
	s.env = append(s.env, env...)
	s.requireNobodyElse()
	s.before = s.list()
	t.Cleanup(s.clean)
	return s
}

// requireNobodyElse keeps `down --all` from removing what somebody wants.
func (s *site) requireNobodyElse() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	left, err := cluster.Left(ctx, command.OS{}, cluster.Engine{Name: s.engine.Name, Env: s.engine.Env}, runs.Label)
	require.NoError(s.t, err)
	// What TestForeignClusterIsNotTouched has left where it was killed, `down --all` leaves
	// alone, and the test itself removes once it has a site.
	left = slices.DeleteFunc(left, func(name string) bool { return name == somebodysRun })
	require.Empty(s.t, left, "runs stand on this machine that these tests would remove: `firedrill down --name NAME` first")
}

// clean removes what a failed test left, so that the next one can be judged.
func (s *site) clean() {
	if s.t.Failed() {
		p := s.start("down", "--all")
		_ = p.wait()
	}
}

// call runs the container engine.
func (s *site) call(args ...string) string {
	s.t.Helper()
	out, err := s.try(args...)
	require.NoError(s.t, err)
	return out
}

// undo runs the container engine at the end of a test. What it should remove
// may be gone if the test has failed.
func (s *site) undo(args ...string) {
	if out, err := s.try(args...); err != nil {
		s.t.Log(out, err)
	}
}

func (s *site) try(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	out, err := command.OS{}.Run(ctx, command.Command{Argv: append([]string{s.engine.Name}, args...), Env: s.engine.Env})
	return strings.TrimSpace(string(out)), err
}

// nodes gives the names of a cluster's containers.
func (s *site) nodes(name string) []string {
	s.t.Helper()
	return strings.Fields(s.call("ps", "--all", "--filter", "label=io.x-k8s.kind.cluster="+name, "--format", "{{.Names}}"))
}

// nodeImages are the names by which the engine has node images, also those of
// earlier versions.
func (s *site) nodeImages() []string {
	s.t.Helper()
	var names []string
	for name := range strings.FieldsSeq(s.call("images", "--format", "{{.Repository}}:{{.Tag}}")) {
		if strings.Contains(name, "kindest/node:") {
			names = append(names, name)
		}
	}
	return names
}
