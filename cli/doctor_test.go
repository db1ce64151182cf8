package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline/machine"
)

func TestDoctorShowsEachCheckWithItsFix(t *testing.T) {
	var out strings.Builder
	f := &flags{stdout: &out}
	m := &machine.Machine{Checks: []machine.Check{
		{Name: "container engine", Status: machine.OK, Found: "podman 5.4.2"},
		{Name: "inotify", Status: machine.Warning, Found: "128 instances", Wanted: "512 instances", Fix: "sysctl fs.inotify.max_user_instances=512"},
		{Name: "mmdebstrap", Status: machine.Lack, Found: "none", Wanted: "mmdebstrap", Fix: "apt-get install mmdebstrap", Safe: true},
	}}
	require.NoError(t, f.printChecks(m))
	golden.Equal(t, filepath.Join(testdata, "doctor.txt"), out.String())

	require.EqualError(t, ready(m), "a run would not work here; `firedrill doctor --fix` does what is safe of the above")
	m.Checks[2].Safe = false
	require.EqualError(t, ready(m), "a run would not work here; the lacks above have their fix beside them")
	m.Checks = m.Checks[:2]
	require.NoError(t, ready(m), "a warning stops nobody")
}
