package machine

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
)

const (
	gib = 1 << 30
	gb  = 1_000_000_000
)

// Memory: a cluster of one node with the monitoring stack takes some 3 GiB;
// compiling Kubernetes takes as much again.
const (
	memoryWanted = 8 * gib
	memoryLeast  = 4 * gib
)

// Disk: Go keeps what it has compiled, and the modules, for some 20 GB, and the
// images and the node's own copy come on top. Without a build only the images
// count.
const (
	diskForSource   = 30 * gb
	diskForModules  = 20 * gb
	diskForRegistry = 5 * gb
	diskForEngine   = 5 * gb
)

func (i inspection) memory(m *Machine) Check {
	m.MemoryBytes = i.memoryBytes()
	c := Check{
		Name: "memory", Status: OK, Wanted: "8 GiB or more",
		Found: fmt.Sprintf("%.1f GiB", float64(m.MemoryBytes)/gib),
	}
	// A machine sold with 8 GiB shows a little less.
	if m.MemoryBytes < memoryWanted*9/10 {
		c.Status, c.Fix = Warning, "close other programs, or give this machine more memory; builds go one after the other"
	}
	if m.MemoryBytes < memoryLeast*9/10 {
		c.Status, c.Fix = Lack, "give this machine at least 4 GiB of memory"
	}
	return c
}

// memoryBytes is the machine's memory, or what a container may take of it.
func (i inspection) memoryBytes() uint64 {
	total := i.memoryTotal()
	for _, file := range []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		// "max", or more than there is, where there is no limit.
		if limit, err := strconv.ParseUint(i.host.text(file), 10, 64); err == nil {
			total = min(total, limit)
		}
	}
	return total
}

func (i inspection) memoryTotal() uint64 {
	lines := bufio.NewScanner(strings.NewReader(i.host.text("proc/meminfo")))
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) >= 2 && fields[0] == "MemTotal:" {
			kib, _ := strconv.ParseUint(fields[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// disk checks where the cache is and where the engine keeps its storage.
func (i inspection) disk(e engineReport, source bool) []Check {
	needs := need{wanted: diskForRegistry, least: diskForRegistry, reason: "images from a registry"}
	if source {
		needs.wanted, needs.reason = diskForSource, "images built from source; 5 GB once they are built"
		if !i.begun() {
			needs.least = diskForModules
		}
	}
	checks := []Check{i.space("disk: cache", i.options.CacheDir, needs)}
	if e.storage != "" && i.host.os == "linux" {
		checks = append(checks, i.space("disk: engine", e.storage, need{diskForEngine, diskForEngine, "nodes and their images"}))
	}
	return checks
}

// begun tells whether images have been made in the cache: how much is missing is not
// known then. What Go keeps does not tell, as a chart out of a module is there before
// the first image.
func (i inspection) begun() bool {
	return i.host.exists(strings.TrimPrefix(i.options.CacheDir, "/") + "/images")
}

// need is how much disk is wanted, and what there must be at least, in bytes.
type need struct {
	wanted, least uint64
	reason        string
}

func (i inspection) space(name, path string, n need) Check {
	c := Check{Name: name, Status: OK, Wanted: fmt.Sprintf("%d GB (%s)", n.wanted/gb, n.reason)}
	free, err := i.host.freeDisk(path)
	if err != nil {
		c.Status, c.Found, c.Fix = Warning, fmt.Sprintf("no answer for %s: %v", path, err), "see that this folder can be made and read"
		return c
	}
	c.Found = fmt.Sprintf("%.1f GB free for %s", float64(free)/gb, path)
	if free >= n.wanted {
		return c
	}
	// Images that are built already need no room for building: whether all of them
	// are is not known here, so that only the least there must be is a lack.
	c.Status, c.Fix = Warning, "free some disk, or name a folder on another one; this is enough only if the images are built already"
	if free < n.least {
		c.Status, c.Fix = Lack, "free some disk, or name a folder on another one"
	}
	return c
}
