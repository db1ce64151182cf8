package machine

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEngineOrder: the first engine that works is taken, unless one is forced.
func TestEngineOrder(t *testing.T) {
	both := func(r *recorded) { r.podman("5.4.2", "netavark", plain) }
	for forced, want := range map[string]string{"": "docker", "auto": "docker", "podman": "podman", "docker": "docker", "nerdctl": ""} {
		r := record(t, both)
		r.options.Engine = forced
		m, err := inspect(t.Context(), r.host, r.options, nil)
		require.NoError(t, err)
		require.Equal(t, want, m.Engine.Name, "forced %q", forced)
		require.Equal(t, want == "", m.Ready() != nil)
	}
}

func TestNerdctlAnswersLikeDocker(t *testing.T) {
	r := record(t, func(r *recorded) {
		delete(r.runner.paths, "docker")
		r.runner.paths["nerdctl"] = "/usr/local/bin/nerdctl"
		r.runner.engines["/usr/local/bin/nerdctl"] = &fakeEngine{info: `{"ServerVersion": "v2.1.0"}`}
	})
	m, err := inspect(t.Context(), r.host, r.options, nil)
	require.NoError(t, err)
	require.Equal(t, "nerdctl", m.Engine.Name)
	require.Equal(t, []string{"KIND_EXPERIMENTAL_PROVIDER=nerdctl"}, m.Engine.Env)
}

// TestNotReallyDocker: what goes by the name of docker may be something else.
func TestNotReallyDocker(t *testing.T) {
	for info, want := range map[string]string{
		`{"host": {}}`: "names no server version",
		`{"ServerErrors": ["daemon is shutting down"]}`: "daemon is shutting down",
		`<html>`: "read the answer",
	} {
		r := record(t, func(r *recorded) { r.docker.info = info })
		m, err := inspect(t.Context(), r.host, r.options, nil)
		require.NoError(t, err)
		require.Contains(t, m.Checks[0].Found, want)
	}
}

// TestPodmanIsNotMendedForever: configuration that does not help ends with the
// engine's own words.
func TestPodmanIsNotMendedForever(t *testing.T) {
	r := record(t, func(r *recorded) {
		r.options.Engine = "podman"
		r.podman("4.3.1", "netavark", func(string) string { return "runc: error setting rlimit type 7: operation not permitted" })
	})
	m, err := inspect(t.Context(), r.host, r.options, nil)
	require.NoError(t, err)
	require.Empty(t, m.Engine.Name)
	require.ErrorContains(t, m.Ready(), "error setting rlimit type 7")
}

// TestCrunWithoutRunc: there is nothing to fall back on, but to install.
func TestCrunWithoutRunc(t *testing.T) {
	r := record(t, machines["nested"])
	delete(r.runner.paths, "runc")
	m, err := inspect(t.Context(), r.host, r.options, nil)
	require.NoError(t, err)
	require.ErrorContains(t, m.Ready(), "crun: cgroups in hybrid mode not supported")
	require.Contains(t, m.Checks[0].Packages, "runc")
}

func TestConfVariable(t *testing.T) {
	for version, want := range map[string]string{
		"3.4.4": "CONTAINERS_CONF", "4.3.1": "CONTAINERS_CONF", "4.4.0": "CONTAINERS_CONF", "": "CONTAINERS_CONF",
		"4.5.0": "CONTAINERS_CONF_OVERRIDE", "4.10.0-rc1": "CONTAINERS_CONF_OVERRIDE", "5.4.2": "CONTAINERS_CONF_OVERRIDE",
	} {
		require.Equal(t, want, confVariable(version), version)
	}
}
