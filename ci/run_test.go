package ci_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fakeStep stands for every program that .ci/run calls, and writes down what it is
// asked. What begins with $FAILS fails; what begins with $HANGS takes longer than a
// test, at what it has begun itself, and says to $HANGING that it is there. With both,
// the one that fails waits for that. `down` finds a run at work $BUSY times.
const fakeStep = `#!/bin/sh
asked="${0##*/} $*"
echo "$asked" >>"$LOG"
echo "says $asked"
case "$asked" in
"$HANGS"*)
	/bin/sh -c 'echo >"$HANGING"; exec /bin/sleep 60'
	exit 1
	;;
"$FAILS"*)
	[ "$HANGS" = none ] || read -r there <"$HANGING"
	exit 7
	;;
"df "*) [ -d "$3" ] && echo "$ROOM" ;;
"firedrill down"*) [ "$(grep -c '^firedrill down' "$LOG")" -gt "$BUSY" ] ;;
esac
`

// ciRun is .ci/run in a checkout where all that it calls is fake.
type ciRun struct {
	dir     string
	cmd     *exec.Cmd
	out     bytes.Buffer
	hanging *os.File // has a line once a program hangs
	alive   *os.File // comes to its end once no process of the run is left
}

// startRun starts it; variables are those of fakeStep.
func startRun(t *testing.T, variables ...string) *ciRun {
	t.Helper()
	r := &ciRun{dir: t.TempDir()}
	text, err := os.ReadFile("../.ci/run")
	require.NoError(t, err)
	files := map[string]string{".ci/run": string(text), "bin/firedrill": fakeStep}
	for _, name := range []string{"make", "groovy", "df", "sleep"} {
		files["fake/"+name] = fakeStep
	}
	for name, file := range files {
		path := filepath.Join(r.dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(file), 0o755))
	}
	require.NoError(t, os.Mkdir(filepath.Join(r.dir, "tmp"), 0o755))
	hanging := filepath.Join(r.dir, "hanging")
	require.NoError(t, syscall.Mkfifo(hanging, 0o600))
	r.hanging, err = os.OpenFile(hanging, os.O_RDWR, 0) // whoever writes to it need not wait
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.hanging.Close() })
	alive, held, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _ = alive.Close() })
	r.alive = alive

	r.cmd = exec.CommandContext(t.Context(), filepath.Join(r.dir, ".ci", "run"))
	r.cmd.Env = append([]string{
		"PATH=" + filepath.Join(r.dir, "fake") + ":" + os.Getenv("PATH"), "HOME=" + r.dir, "TMPDIR=" + filepath.Join(r.dir, "tmp"),
		"LOG=" + filepath.Join(r.dir, "log"), "HANGING=" + hanging, "FAILS=none", "HANGS=none", "ROOM=20", "BUSY=0",
	}, variables...)
	r.cmd.Stdout, r.cmd.Stderr, r.cmd.ExtraFiles = &r.out, &r.out, []*os.File{held}
	require.NoError(t, r.cmd.Start())
	require.NoError(t, held.Close())
	return r
}

// end is the exit code, once the run has come to its end and left nothing: no process,
// no temporary file.
func (r *ciRun) end(t *testing.T) int {
	t.Helper()
	err := r.cmd.Wait()
	if failed := (*exec.ExitError)(nil); !errors.As(err, &failed) {
		require.NoError(t, err)
	}
	require.NoError(t, r.alive.SetReadDeadline(time.Now().Add(30*time.Second)))
	_, err = r.alive.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "something of the run is at work\n%s", r.out.String())
	left, err := filepath.Glob(filepath.Join(r.dir, "tmp", "*"))
	require.NoError(t, err)
	require.Empty(t, left)
	return r.cmd.ProcessState.ExitCode()
}

// asked is what the programs were asked, in this order. The checks come at any time.
func (r *ciRun) asked(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, "log"))
	require.NoError(t, err)
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(string(text)), "\n"), func(line string) bool {
		return line == checks
	})
}

// checks are what is done beside the images.
const checks = "make lint jenkins-check dagger-check"

func TestCIRunDoesItAll(t *testing.T) {
	r := startRun(t)
	require.Zero(t, r.end(t), r.out.String())
	require.Contains(t, r.out.String(), "says "+checks)
	cache := filepath.Join(r.dir, ".cache", "firedrill")
	require.Equal(t, []string{
		"make bin/firedrill", "df --output=avail --block-size=1G " + cache,
		"firedrill doctor --fix", "firedrill images build", "firedrill down --all",
		"make test", "make deploy-and-test",
	}, r.asked(t))
}

func TestCIRunMakesRoomWhereTheCacheIs(t *testing.T) {
	for variable, below := range map[string]string{"FIREDRILL_CACHE": "", "XDG_CACHE_HOME": "/firedrill"} {
		cache := filepath.Join(t.TempDir(), "on another disk")
		r := startRun(t, "ROOM=14", variable+"="+cache)
		require.Zero(t, r.end(t), r.out.String())
		require.Equal(t, []string{"df --output=avail --block-size=1G " + cache + below, "firedrill images prune"}, r.asked(t)[1:3])
	}
}

func TestCIRunFailsAsItsStepsDo(t *testing.T) {
	for _, step := range []string{
		checks, "make bin/firedrill", "df", "firedrill doctor", "firedrill images build", "make test", "make deploy-and-test",
	} {
		r := startRun(t, "FAILS="+step)
		require.Equal(t, 7, r.end(t), "%s\n%s", step, r.out.String())
		if step == checks {
			require.Contains(t, r.out.String(), "says "+checks)
			require.NotContains(t, r.asked(t), "make test")
		}
	}
}

// Of checks that hang, or take their time, it is seen how far they came.
func TestCIRunEndsItsChecks(t *testing.T) {
	r := startRun(t, "FAILS=firedrill images build", "HANGS="+checks)
	require.Equal(t, 7, r.end(t), r.out.String())
	require.Contains(t, r.out.String(), "until they failed or were ended:\nsays "+checks)
}

// A CI system that cancels a run signals this one process.
func TestCIRunThatIsEndedEndsWhatItIsAt(t *testing.T) {
	r := startRun(t, "HANGS=make test")
	require.NoError(t, r.hanging.SetReadDeadline(time.Now().Add(30*time.Second)))
	_, err := r.hanging.Read(make([]byte, 1))
	require.NoError(t, err, "nothing hangs")
	require.NoError(t, r.cmd.Process.Signal(syscall.SIGTERM))
	require.NotZero(t, r.end(t), r.out.String())
	require.NotContains(t, r.asked(t), "make deploy-and-test")
}

// What a cancelled run was at may still be at work when the next one begins.
func TestCIRunWaitsForOneThatEnds(t *testing.T) {
	r := startRun(t, "BUSY=2")
	require.Zero(t, r.end(t), r.out.String())
	again := []string{"firedrill down --all", "sleep 30"}
	require.Equal(t, slices.Concat(again, again, []string{"firedrill down --all", "make test", "make deploy-and-test"}), r.asked(t)[4:])
	require.Contains(t, r.out.String(), "again: bin/firedrill down --all")

	r = startRun(t, "BUSY=1000")
	require.NotZero(t, r.end(t), r.out.String())
	require.NotContains(t, r.asked(t), "make test")
	waits := strings.Count(strings.Join(r.asked(t), "\n"), "sleep 30")
	require.LessOrEqual(t, waits, 12, "half a minute each")
}
