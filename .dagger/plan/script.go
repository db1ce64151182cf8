package plan

import (
	"slices"
	"strings"
)

// nest does for control groups what an init would. In version 2 a group that has
// processes of its own cannot hand its controllers on, so they move to a child.
// In version 1 a group can allow its children all devices only if it is allowed
// all by that one word; Dagger allows them by kind. There, too, systemd keeps its
// books in version 2's tree beside, and runc gives each node a group of its own in
// it only where it is mounted, which Dagger does not do: in one group the systemds
// of two nodes take each other's services for ended, and only one kubelet stays.
const nest = `groups=/sys/fs/cgroup
if [ -f $groups/cgroup.controllers ] && [ -w $groups/cgroup.subtree_control ]; then
	mkdir -p $groups/init
	while read -r process; do echo "$process" >$groups/init/cgroup.procs || :; done <$groups/cgroup.procs 2>/dev/null
	sed 's/ / +/g; s/^/+/' $groups/cgroup.controllers >$groups/cgroup.subtree_control || :
fi
if [ -w $groups/devices/devices.allow ]; then echo a >$groups/devices/devices.allow || :; fi
if [ -d $groups/systemd ] && ! [ -e $groups/unified ]; then
	mkdir $groups/unified && mount -t cgroup2 cgroup2 $groups/unified &&
		mount --bind $groups/unified$(sed -n 's/^0:://p' /proc/self/cgroup) $groups/unified || :
fi
`

// seed begins with the caller's store where there is none. Its index, by which a store
// is known, comes last and at once: a copy that was cut off is made again.
const seed = `if ! [ -e ` + Store + `/index.json ]; then
	mkdir -p ` + Store + ` &&
		find /given/store -mindepth 1 -maxdepth 1 ! -name index.json -exec cp -rt ` + Store + ` {} + &&
		cp /given/store/index.json ` + Store + `/index.json.given &&
		mv ` + Store + `/index.json.given ` + Store + `/index.json || exit
fi
`

// before is what must be done before a command that makes a cluster. What stood
// in the storage can only belong to containers that have ended. On a Docker
// elsewhere, what stands may be the run of another engine's container, for they
// all have their folders at the same path.
func (o Options) before() string {
	script, down := "", ""
	if o.Privileged() {
		script, down = nest, "firedrill down --all\n"
	}
	if o.Store {
		script += seed
	}
	return script + down
}

// Job is what is done in a container.
type Job struct {
	Argv []string
	// asked are the commands of firedrill's in it that can be wrong.
	asked [][]string
}

// Checks has firedrill say what is wrong with what it will be asked, before
// anything is installed or made for it.
func (j Job) Checks() []string {
	lines := make([]string, len(j.asked))
	for i, command := range j.asked {
		lines[i] = line(append(slices.Clip(command), "--check-only"))
	}
	return shell(strings.Join(lines, " && "))
}

// ended ends a script with a status that Dagger takes for a result; others are those of signals.
const ended = `[ $status -lt 128 ] || [ $status -ge 192 ] || status=1
exit $status
`

// Only runs one command, and nothing before or after it.
func Only(command []string) Job { return Job{command, [][]string{command}} }

// Looked has doctor look at a container as a run will find it.
func Looked(o Options) []string {
	if !o.Privileged() {
		return Doctor(o)
	}
	return shell(nest + "exec " + line(Doctor(o)) + "\n")
}

// onCallers runs a command on the caller's cluster, where nothing is made or removed.
func (o Options) onCallers(command []string) Job {
	job := Only(command)
	if o.Store {
		job.Argv = shell(seed + "exec " + line(command) + "\n")
	}
	return job
}

// Prepared runs a command that makes its own cluster and removes it, or none.
func Prepared(o Options, command []string) Job {
	if o.Kubeconfig {
		return o.onCallers(command)
	}
	job := Only(command)
	job.Argv = shell(o.before() + "status=0\n" + line(command) + " || status=$?\n" + ended)
	return job
}

// Cluster says how the cluster is made that a command needs.
type Cluster struct {
	Nodes  int    // 0: as the content says
	Format string // of notifications, of which the command's is one
}

// Standing runs a command that needs a cluster with the releases on it: the
// caller's, or one that is removed again whatever the command says.
func Standing(o Options, c Cluster, command []string) Job {
	if o.Kubeconfig {
		return o.onCallers(command)
	}
	job := Only(command)
	told := flags{}.text("--notify-format", c.Format)
	up := o.command([]string{"up"}, told.number("--nodes", c.Nodes).text("--out", "out/up"))
	deploy := o.command([]string{"deploy"}, told.text("--out", "out/deploy"))
	down := o.command([]string{"down"}, nil)
	job.asked = append(job.asked, up)
	job.Argv = shell(o.before() + "status=0\n" +
		line(up) + " && " + line(deploy) + " && " + line(command) + " || status=$?\n" +
		line(down) + " || [ $status != 0 ] || status=1\n" +
		ended)
	return job
}

// kubectl takes the one that a node has: no base needs it for anything else.
func (o Options) kubectl() string {
	return "podman cp " + o.Name + "-control-plane:/usr/bin/kubectl /usr/local/bin/kubectl ||\n" +
		"	echo 'there is no kubectl here, as it could not be copied out of the node (above)' >&2\n"
}

// Terminal has a cluster up, with the releases on it, for as long as somebody
// looks at it. Its kubeconfig is the default one meanwhile.
func Terminal(o Options, nodes int) Job {
	kubeconfig := Runs + "/" + o.Name + "/kubeconfig"
	if o.Kubeconfig {
		kubeconfig = PathOf("kubeconfig")
	}
	command := []string{"env", "KUBECONFIG=" + kubeconfig, "bash"}
	if o.Privileged() {
		command = shell(o.kubectl() + "exec " + line(command) + "\n")
	}
	job := Standing(o, Cluster{Nodes: nodes}, command)
	job.asked = job.asked[1:] // bash is asked nothing
	return job
}

func shell(script string) []string { return []string{"sh", "-c", script} }

// plain are the characters that mean nothing to a shell.
const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@"

// line is a command as a shell reads it back, word for word.
func line(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if word == "" || strings.Trim(word, plain) != "" {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
