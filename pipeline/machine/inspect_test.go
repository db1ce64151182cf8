package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/event"
)

// random is the part of a probe's names that differs each time.
var random = regexp.MustCompile(`(probe[:-])[0-9a-f]{8}\b`)

// TestRecordedMachines compares everything that is found on each machine.
func TestRecordedMachines(t *testing.T) {
	for name, change := range machines {
		t.Run(name, func(t *testing.T) {
			r := record(t, change)
			m, err := inspect(t.Context(), r.host, r.options, nil)
			require.NoError(t, err)
			text := strings.ReplaceAll(describe(m), r.options.ConfigDir, "CONFIG")
			golden.Equal(t, filepath.Join("testdata", name+".golden"), random.ReplaceAllString(text, "${1}RANDOM"))
			for path, e := range r.runner.engines {
				require.Empty(t, e.left, "%s: the probe left something behind", path)
			}
		})
	}
}

// describe is a machine as text, with the engine configuration written for it.
func describe(m *Machine) string {
	var b strings.Builder
	for _, c := range m.Checks {
		fmt.Fprintf(&b, "%-7s %s\n        found  %s\n        wanted %s\n", c.Status, c.Name, c.Found, c.Wanted)
		if c.Fix != "" {
			fmt.Fprintf(&b, "        fix    %s (safe: %t %v %s)\n", c.Fix, c.Safe, c.Packages, c.Folder)
		}
	}
	fmt.Fprintf(&b, "engine %q %v\n", m.Engine.Name, m.Engine.Env)
	fmt.Fprintf(&b, "cgroup %d, registry %t, resolver %t, cores %d, can raise limits %t\n",
		m.CgroupVersion, m.Registry, m.Resolver, m.Cores, m.CanRaiseLimits)
	for _, env := range m.Engine.Env {
		_, file, _ := strings.Cut(env, "=")
		if conf, err := os.ReadFile(file); err == nil {
			fmt.Fprintf(&b, "%s:\n%s", filepath.Base(file), conf)
		}
	}
	fmt.Fprintf(&b, "ready: %v\n", m.Ready())
	return b.String()
}

func TestInspectEmitsEveryCheckOnce(t *testing.T) {
	r := record(t, machines["nested"])
	ended := map[string]event.State{}
	sink := event.Tee(func(e event.Event) {
		if e.State.Ended() {
			require.NotContains(t, ended, e.Item)
			ended[e.Item] = e.State
		}
	})
	r.disk["/cache"] = gb
	_, err := inspect(t.Context(), r.host, r.options, sink)
	require.NoError(t, err)
	require.Equal(t, event.Failed, ended["disk: cache"])
	for _, item := range []string{"container engine", "network", "kernel", "cgroups", "go"} {
		require.Equal(t, event.Passed, ended[item], item)
	}
}

func TestInspectRefusesBadOptions(t *testing.T) {
	_, err := Inspect(t.Context(), Options{Engine: "rkt", Images: "usb"}, nil)
	for _, part := range []string{`engine "rkt" is unknown: choose auto, docker, podman, nerdctl`, `"usb" is unknown`, "ConfigDir", "CacheDir"} {
		require.ErrorContains(t, err, part)
	}
}

// TestInspectCancelled cancels while the container starts: the inspection ends
// with the reason, and the probe is removed all the same.
func TestInspectCancelled(t *testing.T) {
	r := record(t, machines["laptop"])
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("somebody pressed Ctrl-C")
	r.docker.start = func(string) string { cancel(stop); return "killed" }
	_, err := inspect(ctx, r.host, r.options, nil)
	require.ErrorIs(t, err, stop)
	require.NotEmpty(t, r.docker.loaded)
	require.Empty(t, r.docker.left)
}

func TestReadyNamesWhatFixDoes(t *testing.T) {
	m := &Machine{Checks: []Check{
		{Name: "a", Status: OK},
		{Name: "b", Status: Warning, Fix: "rest"},
		{Name: "c", Status: Lack, Found: "none", Wanted: "one", Fix: "make it", Safe: true},
	}}
	require.EqualError(t, m.Ready(), "this machine lacks one thing:\n  c: found none; wanted one; fix: make it (`firedrill doctor --fix` does this)")
	m.Checks = m.Checks[:2]
	require.NoError(t, m.Ready())
}
