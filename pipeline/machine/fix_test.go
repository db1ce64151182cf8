package machine

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/event"
)

const (
	aptInstall = "apt-get --quiet -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends "
	aptUpdate  = "apt-get --quiet -o DPkg::Lock::Timeout=120 update"
)

// TestFixMakesTheMachineReady applies what Inspect has found.
func TestFixMakesTheMachineReady(t *testing.T) {
	r := record(t, machines["no-engine"])
	r.noModules()
	m, err := inspect(t.Context(), r.host, r.options, nil)
	require.NoError(t, err)
	var made []string
	var items []string
	sink := func(e event.Event) {
		if e.State == event.Passed {
			items = append(items, e.Item)
		}
	}
	mkdir := func(folder string) error { made = append(made, folder); return nil }
	require.NoError(t, fix(t.Context(), r.host, mkdir, m, sink))
	require.Equal(t, []string{"/lib/modules"}, made)
	require.Equal(t, aptInstall+"aardvark-dns iptables mmdebstrap netavark nftables podman runc", r.runner.calls[len(r.runner.calls)-1])
	require.Equal(t, []string{"make /lib/modules", "install aardvark-dns iptables mmdebstrap netavark nftables podman runc"}, items)
}

func TestFixFetchesPackageLists(t *testing.T) {
	m := &Machine{Checks: []Check{{Status: Warning, Safe: true, Packages: []string{"runc"}}}}
	for name, c := range map[string]struct {
		change func(*recorded)
		calls  []string
	}{
		"lists are there":   {func(*recorded) {}, []string{aptInstall + "runc"}},
		"there are none":    {func(r *recorded) { delete(r.files, "var/lib/apt/lists/x_binary-amd64_Packages") }, []string{aptUpdate, aptInstall + "runc"}},
		"lists are too old": {func(r *recorded) { r.runner.failures[aptInstall+"runc"] = "404 Not Found" }, []string{aptInstall + "runc", aptUpdate, aptInstall + "runc"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, c.change)
			require.NoError(t, fix(t.Context(), r.host, nil, m, nil))
			require.Equal(t, c.calls, r.runner.calls)
		})
	}
}

func TestFixDoesOnlyWhatIsSafe(t *testing.T) {
	r := record(t, machines["laptop"])
	m := &Machine{Checks: []Check{
		{Status: Lack, Fix: "sysctl", Packages: []string{"not-safe"}},
		{Status: OK, Safe: true, Packages: []string{"not-needed"}},
	}}
	require.NoError(t, fix(t.Context(), r.host, nil, m, nil))
	require.Empty(t, r.runner.calls)
}

// TestFixReportsEveryFailure: a folder that cannot be made does not keep the
// packages from being installed.
func TestFixReportsEveryFailure(t *testing.T) {
	r := record(t, machines["laptop"])
	delete(r.files, "var/lib/apt/lists/x_binary-amd64_Packages")
	r.runner.failures[aptUpdate] = "Temporary failure resolving"
	m := &Machine{Checks: []Check{
		{Status: Lack, Safe: true, Folder: "/lib/modules"},
		{Status: Lack, Safe: true, Packages: []string{"runc"}},
	}}
	err := fix(t.Context(), r.host, func(string) error { return errors.New("read-only file system") }, m, nil)
	require.ErrorContains(t, err, "read-only file system")
	require.ErrorContains(t, err, "Temporary failure resolving")
	require.True(t, strings.HasSuffix(r.runner.calls[0], "update"))
}
