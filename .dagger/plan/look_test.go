package plan_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

// look runs the look of a container; a file takes the place of what the kernel
// says of the process, and a function that of df.
func look(t *testing.T, programs []string, capabilities, free string) (string, error) {
	t.Helper()
	status := filepath.Join(t.TempDir(), "status")
	require.NoError(t, os.WriteFile(status, []byte("Name:\tsh\nCapEff:\t"+capabilities+"\n"), 0o600))
	argv := plan.Look(programs, capabilities != "")
	argv[2] = strings.ReplaceAll(argv[2], "/proc/self/status", status)
	argv[2] = "df() { printf 'Avail\\n " + free + "\\n'; }\n" + argv[2]
	out, err := exec.CommandContext(t.Context(), argv[0], argv[1:]...).CombinedOutput()
	return string(out), err
}

// TestForbidden has the words of an engine v0.21.7 with insecureRootCapabilities
// false in its engine.json.
func TestForbidden(t *testing.T) {
	refused := errors.New("security.insecure is not allowed [traceparent:1c12]")
	require.ErrorContains(t, plan.Forbidden(refused), "set security.insecureRootCapabilities to true in its engine.json, or hand in a Docker elsewhere by --docker")
	require.ErrorContains(t, plan.Forbidden(refused), refused.Error())
	require.NotErrorIs(t, plan.Forbidden(refused), refused)
	other := errors.New("exit code: 1")
	require.Equal(t, other, plan.Forbidden(other))
	require.NoError(t, plan.Forbidden(nil))
}

func TestLookNamesWhatTheBaseLacks(t *testing.T) {
	said, err := look(t, []string{"sh", "no-such-go", "sed", "no-such-make"}, "", "0")
	require.Error(t, err)
	require.Contains(t, said, "the base container lacks: no-such-go no-such-make. ")

	said, err = look(t, []string{"sh", "sed"}, "", "0")
	require.NoError(t, err)
	require.Empty(t, said)
}

func TestLookTellsPrivilegesFromNone(t *testing.T) {
	for capabilities, has := range map[string]bool{
		"000001ffffffffff": true,
		"000001fffeffffff": true,  // all but CAP_SYS_RESOURCE: a nested machine
		"00000000a80425fb": false, // what a container has by default
	} {
		said, err := look(t, []string{"sh"}, capabilities, "4882813")
		require.Equal(t, has, err == nil, "%s: %s", capabilities, said)
		if !has {
			require.Contains(t, said, "no privileges to give (capabilities "+capabilities)
		}
	}
}

func TestLookSaysThatTheDiskIsFull(t *testing.T) {
	said, err := look(t, []string{"sh"}, "000001ffffffffff", "4882812")
	require.Error(t, err)
	require.Contains(t, said, "the Dagger engine's disk has 4999 MB free")
}
