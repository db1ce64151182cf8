package plan_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

// play runs argv with a firedrill that writes down what it is asked for, and
// fails where its arguments begin with fails. It returns what was asked.
func play(t *testing.T, argv []string, fails string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	fake := "#!/bin/sh\necho \"$@\" >>" + log + "\ncase \"$*\" in \"$FAILS\"*) [ -z \"$FAILS\" ] || exit 7;; esac\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "firedrill"), []byte(fake), 0o755))
	// The part on control groups is for the container only.
	argv[len(argv)-1] = strings.ReplaceAll(argv[len(argv)-1], "/sys/fs/cgroup", dir)
	c := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "FAILS="+fails)
	err := c.Run()
	text, readErr := os.ReadFile(log)
	require.NoError(t, readErr)
	return string(text), err
}

func TestPreparedRemovesWhatWasLeftAndHandsTheStatusOn(t *testing.T) {
	o := plan.Options{Name: "n"}
	asked, err := play(t, plan.Prepared(o, plan.DeployAndTest(o, plan.Test{})).Argv, "")
	require.NoError(t, err)
	require.Equal(t, "down --all\ndeploy-and-test --name n\n", asked)

	_, err = play(t, plan.Prepared(o, plan.DeployAndTest(o, plan.Test{})).Argv, "deploy-and-test")
	require.ErrorContains(t, err, "exit status 7")
}

// What is wrong with the last command is not to be found when the cluster is up.
func TestAllThatFiredrillWillBeAskedIsChecked(t *testing.T) {
	o := plan.Options{Name: "n"}
	drill := plan.Drill(o, plan.Test{Format: "slack"}, plan.Drills{Names: []string{"it's here"}})
	standing := plan.Standing(o, plan.Cluster{Nodes: 2, Format: "slack"}, drill)
	const (
		checkDrill = "drill it's here --name n --notify-format slack --check-only\n"
		checkUp    = "up --name n --notify-format slack --nodes 2 --out out/up --check-only\n"
	)
	for want, job := range map[string]plan.Job{
		checkDrill + checkUp: standing,
		checkDrill:           plan.Prepared(o, drill),
		"up --name n --nodes 3 --out out/up --check-only\n": plan.Terminal(o, 3),
	} {
		asked, err := play(t, job.Checks(), "")
		require.NoError(t, err)
		require.Equal(t, want, asked)
	}
	_, err := play(t, standing.Checks(), "drill")
	require.ErrorContains(t, err, "exit status 7")
	require.Equal(t, []string{"sh", "-c", ""}, plan.Terminal(plan.Options{Kubeconfig: true}, 0).Checks(), "nothing is asked")
}

func TestDoctorLooksAtWhatARunWillFind(t *testing.T) {
	asked, err := play(t, plan.Looked(plan.Options{Images: "source"}), "")
	require.NoError(t, err)
	require.Equal(t, "doctor --images source --fix\n", asked)
	require.Equal(t, "firedrill doctor --engine docker --fix", strings.Join(plan.Looked(plan.Options{Docker: true}), " "))
}

// The files of the kernel that the script writes are stood in for.
func TestControlGroupsAreHandedOn(t *testing.T) {
	script := plan.Looked(plan.Options{})[2]
	groups := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(groups, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(groups, name), []byte(text), 0o600))
	}
	write("cgroup.controllers", "cpu memory pids\n")
	write("cgroup.subtree_control", "")
	write("cgroup.procs", "1\n")
	write("devices/devices.allow", "")
	script, _, _ = strings.Cut(strings.ReplaceAll(script, "/sys/fs/cgroup", groups), "exec ")
	require.NoError(t, exec.CommandContext(t.Context(), "sh", "-ec", script).Run())
	for name, want := range map[string]string{
		"cgroup.subtree_control": "+cpu +memory +pids\n", "init/cgroup.procs": "1\n", "devices/devices.allow": "a\n",
	} {
		text, err := os.ReadFile(filepath.Join(groups, name))
		require.NoError(t, err)
		require.Equal(t, want, string(text), name)
	}
}

// A node's systemd needs a group of its own in version 2's tree beside version 1's.
func TestTheTreeBesideVersion1IsMounted(t *testing.T) {
	groups, bin := t.TempDir(), t.TempDir()
	log := filepath.Join(bin, "log")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "mount"), []byte("#!/bin/sh\necho \"$@\" >>"+log+"\n"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "own"), []byte("2:devices:/a\n0::/engine/c1\n"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(groups, "systemd"), 0o755))
	script := strings.NewReplacer("/sys/fs/cgroup", groups, "/proc/self/cgroup", filepath.Join(bin, "own")).Replace(plan.Looked(plan.Options{})[2])
	script, _, _ = strings.Cut(script, "exec ")
	for range 2 { // the second time it is there
		c := exec.CommandContext(t.Context(), "sh", "-ec", script)
		c.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		require.NoError(t, c.Run())
	}
	asked, err := os.ReadFile(log)
	require.NoError(t, err)
	unified := groups + "/unified"
	require.Equal(t, "-t cgroup2 cgroup2 "+unified+"\n--bind "+unified+"/engine/c1 "+unified+"\n", string(asked))
}

func TestStandingRemovesItsClusterWhateverHappens(t *testing.T) {
	const (
		up     = "down --all\nup --name n --notify-format slack --nodes 2 --out out/up\n"
		deploy = "deploy --name n --notify-format slack --out out/deploy\n"
		drill  = "drill it's here --name n\n"
		down   = "down --name n\n"
	)
	for fails, want := range map[string]string{
		"":       up + deploy + drill + down,
		"up":     up + down,
		"deploy": up + deploy + down,
		"drill":  up + deploy + drill + down,
		"down -": up + deploy + drill + down, // not down --all: that has no name
	} {
		o := plan.Options{Name: "n"}
		asked, err := play(t, plan.Standing(o, plan.Cluster{Nodes: 2, Format: "slack"}, plan.Drill(o, plan.Test{}, plan.Drills{Names: []string{"it's here"}})).Argv, fails)
		require.Equal(t, want, asked, fails)
		require.Equal(t, fails == "", err == nil, fails)
	}
}

func TestOnTheCallersClusterNothingIsMadeOrRemoved(t *testing.T) {
	o := plan.Options{Kubeconfig: true}
	command := []string{"firedrill", "drill"}
	require.Equal(t, command, plan.Prepared(o, command).Argv)
	require.Equal(t, command, plan.Standing(o, plan.Cluster{Nodes: 3}, command).Argv)
}

// copies is in the script that begins with the caller's store.
const copies = "cp /given/store/index.json /cache/firedrill/images/"

// Without the images of the caller's store, a run would build them for most of an hour.
func TestAStoreWhoseCopyWasCutOffIsCopiedAgain(t *testing.T) {
	dir := t.TempDir()
	given, store, cp := filepath.Join(dir, "given"), filepath.Join(dir, "store"), filepath.Join(dir, "bin", "cp")
	write := func(path, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
	}
	write(filepath.Join(given, "index.json"), "the caller's")
	write(filepath.Join(given, "blobs", "sha256", "a"), "a blob")
	script := plan.Prepared(plan.Options{Kubeconfig: true, Store: true}, []string{"true"}).Argv[2]
	script = strings.NewReplacer("/given/store", given, plan.Store, store).Replace(script)
	seeds := func() error {
		c := exec.CommandContext(t.Context(), "sh", "-c", script)
		c.Env = append(os.Environ(), "PATH="+filepath.Dir(cp)+":"+os.Getenv("PATH"))
		return c.Run()
	}
	index := filepath.Join(store, "index.json")
	write(cp, "#!/bin/sh\n/bin/cp \"$@\"\nexit 1\n")
	require.Error(t, seeds())
	require.NoFileExists(t, index)

	require.NoError(t, os.Remove(cp))
	require.NoError(t, seeds())
	require.FileExists(t, filepath.Join(store, "blobs", "sha256", "a"))
	write(filepath.Join(given, "index.json"), "the caller's next one")
	require.NoError(t, seeds())
	text, err := os.ReadFile(index)
	require.NoError(t, err)
	require.Equal(t, "the caller's", string(text), "there is a store")
}

// Scanners come out of the store there too.
func TestOnTheCallersClusterTheStoreBeginsWithTheCallers(t *testing.T) {
	o := plan.Options{Kubeconfig: true, Store: true}
	command := []string{"firedrill", "scan", "cluster"}
	for _, job := range []plan.Job{plan.Prepared(o, command), plan.Standing(o, plan.Cluster{}, command)} {
		script := job.Argv[len(job.Argv)-1]
		require.Contains(t, script, copies)
		require.True(t, strings.HasSuffix(script, "\nexec firedrill scan cluster\n"), script)
		require.NotContains(t, script, "down")
		asked, err := play(t, job.Checks(), "")
		require.NoError(t, err)
		require.Equal(t, "scan cluster --check-only\n", asked)
	}
}

func TestOnADockerElsewhereGroupsStayAsTheyAre(t *testing.T) {
	script := plan.Prepared(plan.Options{Docker: true, Store: true}, []string{"firedrill"}).Argv[2]
	require.NotContains(t, script, "cgroup")
	require.NotContains(t, script, "down --all", "it would take away the runs of others")
	require.Contains(t, script, copies)
}

func TestTerminalLooksAtItsCluster(t *testing.T) {
	require.Contains(t, plan.Terminal(plan.Options{Name: "n", Docker: true}, 0).Argv[2], "env KUBECONFIG=/cache/firedrill/runs/n/kubeconfig bash || status=$?\n")
	require.Equal(t, []string{"env", "KUBECONFIG=/given/kubeconfig", "bash"}, plan.Terminal(plan.Options{Kubeconfig: true}, 0).Argv)
}

// A terminal without kubectl is one all the same.
func TestTheTerminalHasTheNodesKubectl(t *testing.T) {
	for _, podman := range []string{"exit 0", "exit 1"} {
		bin := t.TempDir()
		log := filepath.Join(bin, "log")
		for name, script := range map[string]string{
			"podman": "echo \"$@\" >>" + log + "\n" + podman,
			"bash":   "echo terminal with $KUBECONFIG >>" + log,
		} {
			require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
		}
		t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
		asked, err := play(t, plan.Terminal(plan.Options{Name: "n"}, 0).Argv, "")
		require.NoError(t, err, asked)
		text, err := os.ReadFile(log)
		require.NoError(t, err)
		require.Equal(t, "cp n-control-plane:/usr/bin/kubectl /usr/local/bin/kubectl\nterminal with /cache/firedrill/runs/n/kubeconfig\n", string(text))
	}
}
