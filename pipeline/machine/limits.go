package machine

import (
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

// What a node with a few dozen pods uses, with room to spare.
const (
	openFilesWanted = 8192
	processesWanted = 8192
)

// limits are the highest numbers of open files and processes that a container
// can be given without raising a limit. Podman asks for kernel.pid_max
// processes and a million files unless it is told otherwise.
func (i inspection) limits() (files, processes uint64) {
	files, err := i.host.hardLimit(unix.RLIMIT_NOFILE)
	if err != nil {
		files = 0
	}
	processes, err = i.host.hardLimit(unix.RLIMIT_NPROC)
	if err != nil {
		processes = 0
	}
	return files, min(processes, i.number("proc/sys/kernel/pid_max"))
}

// number is the content of a file of /proc or /sys, 0 if there is none.
func (i inspection) number(name string) uint64 {
	n, _ := strconv.ParseUint(i.host.text(name), 10, 64)
	return n
}

func (i inspection) openFiles() Check {
	files, _ := i.limits()
	c := Check{Name: "open files", Status: OK, Found: limitText(files), Wanted: fmt.Sprintf("%d or more", openFilesWanted)}
	if files < openFilesWanted {
		c.Status, c.Fix = Warning, fmt.Sprintf("raise the hard limit before the start: `ulimit -Hn %d` as root, or in /etc/security/limits.conf", openFilesWanted)
	}
	return c
}

func (i inspection) processes() Check {
	_, n := i.limits()
	c := Check{Name: "processes", Status: OK, Found: limitText(n), Wanted: fmt.Sprintf("%d or more (hard limit and kernel.pid_max)", processesWanted)}
	if n < processesWanted {
		c.Status, c.Fix = Warning, fmt.Sprintf("raise the hard limit (`ulimit -Hu %[1]d` as root) and `sysctl kernel.pid_max=%[1]d`", 4*processesWanted)
	}
	return c
}

func limitText(n uint64) string {
	if n == unix.RLIM_INFINITY {
		return "no limit"
	}
	return strconv.FormatUint(n, 10)
}

// inotify checks kind's best known pitfall: every kubelet, container runtime
// and log reader takes instances and watches, from one count for all nodes.
func (i inspection) inotify() Check {
	const instancesWanted, watchesWanted = 512, 524288
	instances := i.number("proc/sys/fs/inotify/max_user_instances")
	watches := i.number("proc/sys/fs/inotify/max_user_watches")
	c := Check{
		Name: "inotify", Status: OK,
		Found:  fmt.Sprintf("%d instances, %d watches", instances, watches),
		Wanted: fmt.Sprintf("%d and %d for several nodes (128 instances do for one)", instancesWanted, watchesWanted),
	}
	if instances < instancesWanted || watches < watchesWanted {
		c.Status = Warning
		c.Fix = fmt.Sprintf("for several nodes, or 'too many open files' in a pod's log: sysctl fs.inotify.max_user_instances=%d fs.inotify.max_user_watches=%d", instancesWanted, watchesWanted)
	}
	return c
}
