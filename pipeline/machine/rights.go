package machine

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// needed are the capabilities that decide how containers can be started, with
// their bit in /proc/self/status.
var needed = []struct {
	name string
	bit  uint
}{
	{"CAP_NET_ADMIN", 12},
	{"CAP_SYS_ADMIN", 21},
	{"CAP_SYS_RESOURCE", 24},
}

// capabilities tells what this process may do. It is never a lack: a daemon
// may have rights that this process has not, and the probe is the proof.
func (i inspection) capabilities(m *Machine) Check {
	c := Check{Name: "capabilities", Status: OK, Wanted: "all of them, or a daemon that has them"}
	effective, ok := i.effective()
	if !ok {
		c.Status, c.Found = Warning, "none named in /proc/self/status"
		return c
	}
	var missing []string
	for _, n := range needed {
		if effective&(1<<n.bit) == 0 {
			missing = append(missing, n.name)
		}
	}
	m.CanRaiseLimits = effective&(1<<24) != 0
	switch {
	case len(missing) == 0:
		c.Found = "all that containers need"
	case i.host.uid != 0:
		c.Found = "none, as usual for a user who is not root: those of the engine count"
	default:
		c.Status, c.Found = Warning, "no "+strings.Join(missing, ", ")
		c.Fix = "nothing, if a container engine was found; otherwise start this machine with more rights (docker run --privileged)"
	}
	return c
}

// effective is the set of capabilities in force.
func (i inspection) effective() (uint64, bool) {
	lines := bufio.NewScanner(strings.NewReader(i.host.text("proc/self/status")))
	for lines.Scan() {
		if value, found := strings.CutPrefix(lines.Text(), "CapEff:"); found {
			set, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
			return set, err == nil
		}
	}
	return 0, false
}

// rights checks that an engine which runs without root may limit what its
// containers use: kubelet cannot start otherwise.
func (i inspection) rights(e engineReport) Check {
	c := Check{Name: "user", Status: OK, Wanted: "root, a daemon that runs as root, or control groups delegated to this user"}
	switch {
	case i.host.os != "linux":
		c.Found = "the engine's virtual machine has its own"
		return c
	case !e.rootless && i.host.uid == 0:
		c.Found = "root"
		return c
	case !e.rootless:
		c.Found = fmt.Sprintf("user %d", i.host.uid)
		return c
	}
	c.Found = fmt.Sprintf("user %d, %s without root", i.host.uid, e.engine.Name)
	slice := fmt.Sprintf("sys/fs/cgroup/user.slice/user-%[1]d.slice/user@%[1]d.service/cgroup.controllers", i.host.uid)
	delegated := strings.Fields(i.host.text(slice))
	var missing []string
	for _, controller := range []string{"cpu", "memory", "pids"} {
		if !slices.Contains(delegated, controller) {
			missing = append(missing, controller)
		}
	}
	if len(missing) > 0 {
		c.Status = Lack
		c.Found += ", not delegated: " + strings.Join(missing, ", ")
		c.Fix = "needs cgroup v2: put `[Service] Delegate=yes` into /etc/systemd/system/user@.service.d/delegate.conf, `systemctl daemon-reload`, log in again; or run as root"
	}
	return c
}

// cgroups tells which layout of control groups there is.
func (i inspection) cgroups(m *Machine) Check {
	c := Check{Name: "cgroups", Status: OK, Wanted: "version 2 (version 1 works too)"}
	switch {
	case i.host.exists("sys/fs/cgroup/cgroup.controllers"):
		m.CgroupVersion, c.Found = 2, "version 2"
	case i.host.exists("sys/fs/cgroup/memory"):
		m.CgroupVersion, c.Status = 1, Warning
		c.Found, c.Fix = "version 1, with version 2 beside it (hybrid)", "nothing: kubelet is told to accept version 1; a kernel started with systemd.unified_cgroup_hierarchy=1 has version 2"
		if !i.host.exists("sys/fs/cgroup/unified") {
			// runc gives a container a group only in trees that are mounted, and the
			// systemd of each node keeps its books in version 2's: in one group with
			// another's it ends that one's kubelet.
			c.Found = "version 1 alone"
			c.Fix = "for several nodes, which get in each other's way otherwise: mkdir /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified; a kernel started with systemd.unified_cgroup_hierarchy=1 has version 2"
		}
	default:
		c.Status, c.Found = Warning, "none under /sys/fs/cgroup"
		c.Fix = "mount control groups: mount -t cgroup2 none /sys/fs/cgroup"
	}
	return c
}
