package rootfs

import (
	"archive/tar"
	"path"
	"strings"
)

// varying is what is not the same after every installation, or says something
// about the machine that made it. A folder of which only the content goes ends
// in /*.
var varying = []string{
	"/dev/*", "/proc/*", "/run/*", "/sys/*", "/tmp/*",
	"/etc/.pwd.lock", "/etc/group-", "/etc/gshadow-", "/etc/passwd-", "/etc/shadow-", "/etc/subgid-", "/etc/subuid-",
	"/etc/apt/apt.conf.d/99mmdebstrap", "/etc/apt/sources.list", "/etc/apt/sources.list.d/*",
	"/etc/hostname", "/etc/resolv.conf", "/etc/mtab",
	"/var/backups/*", "/var/cache/apt/*", "/var/cache/debconf/*-old", "/var/cache/ldconfig/*", "/var/cache/man/*",
	"/var/lib/apt/lists/*", "/var/lib/apt/extended_states", "/var/lib/dbus/machine-id", "/var/lib/dpkg/*-old", "/var/lib/dpkg/lock*",
	"/var/lib/systemd/catalog/database", "/var/lib/systemd/random-seed", "/var/tmp/*",
}

// emptied is kept without its content.
const emptied = "/etc/machine-id"

// status is where dpkg says what is installed.
const status = "/var/lib/dpkg/status"

// debs is where listDebs writes.
const debs = "/.firedrill-debs"

func isLog(p string, header *tar.Header) bool {
	return header.Typeflag != tar.TypeDir && strings.HasPrefix(p, "/var/log/")
}

// matches tells whether a glob fits p or a folder that p lies in.
func matches(globs []string, p string) bool {
	for ; p != "/"; p = path.Dir(p) {
		for _, g := range globs {
			if ok, _ := path.Match(g, p); ok {
				return true
			}
		}
	}
	return false
}
