package machine

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/unix"
)

// machines are recorded ones. Each is a good one in which something is changed.
var machines = map[string]func(*recorded){
	"laptop": func(*recorded) {},
	"nested": func(r *recorded) {
		r.cgroup1()
		r.files["proc/sys/kernel/pid_max"] = file("32768\n")
		r.files["proc/sys/fs/inotify/max_user_instances"] = file("128\n")
		r.hard[unix.RLIMIT_NOFILE] = 20000
		r.root()
		r.files["proc/self/status"] = file("CapEff:\t000001fffeffffff\n")
		r.offline()
		r.docker.info, r.docker.infoSays = "", noDaemon
		r.podman("4.3.1", "netavark", crunOnCgroup1)
	},
	"docker-20.10": func(r *recorded) {
		r.cgroup1()
		delete(r.files, "sys/fs/cgroup/unified/cgroup.procs")
		r.root()
		r.files["proc/self/status"] = file("CapEff:\t000001fffeffffff\n")
		r.docker.start = func(string) string {
			return `docker: Error response from daemon: OCI runtime create failed: unable to apply caps: operation not permitted: unknown.`
		}
	},
	"rootless": func(r *recorded) {
		delete(r.runner.paths, "docker")
		r.podman("4.9.3", "netavark", plain)
		r.runner.engines["/usr/bin/podman"].info = strings.ReplaceAll(r.runner.engines["/usr/bin/podman"].info, `"rootless": false`, `"rootless": true`)
		r.files["sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers"] = file("memory pids\n")
	},
	"no-engine": func(r *recorded) {
		r.root()
		delete(r.runner.paths, "docker")
		delete(r.runner.paths, "mmdebstrap")
		r.offline()
	},
	"no-engine-elsewhere": func(r *recorded) {
		delete(r.runner.paths, "docker")
		delete(r.runner.paths, "apt-get")
	},
	"little-disk": func(r *recorded) {
		r.disk["/cache"] = 2 * gb
		r.disk["/var/lib/docker"] = 4 * gb
	},
	"little-disk-source": func(r *recorded) {
		r.disk["/cache"] = 12 * gb
		r.options.Images = "source"
		r.runner.answers["/usr/local/go/bin/go version"] = "go version go1.19.8 linux/amd64"
	},
	"little-disk-modules": func(r *recorded) {
		r.disk["/cache"] = 12 * gb
		r.options.Images = "source"
		r.files["cache/go/mod/cache/lock"] = file("")
	},
	"little-disk-built": func(r *recorded) {
		r.disk["/cache"] = 12 * gb
		r.options.Images = "source"
		r.files["cache/images/index.json"] = file("{}")
	},
	"no-modules": func(r *recorded) {
		r.root()
		r.noModules()
		r.files["proc/config.gz"] = zipped(builtInConfig)
	},
	"cni": func(r *recorded) {
		r.root()
		r.options.Engine = "podman"
		r.podman("4.3.1", "cni", plain)
		r.files["usr/lib/podman/netavark"] = file("")
		r.files["usr/lib/podman/aardvark-dns"] = file("")
	},
	"cni-without-names": func(r *recorded) {
		r.root()
		r.options.Engine = "podman"
		r.podman("4.3.1", "cni", plain)
		delete(r.files, "usr/lib/podman/aardvark-dns")
	},
	"few-features": func(r *recorded) {
		r.noModules()
		r.files["lib/modules/.keep"] = file("")
		r.files["boot/config-6.1.0"] = file("CONFIG_VETH=y\nCONFIG_BRIDGE=m\n")
	},
	"old-kernel": func(r *recorded) {
		r.files["sys/fs/cgroup/memory.max"] = file("3072000000\n")
		r.noModules()
		r.files["lib/modules/.keep"] = file("")
		r.files["boot/config-6.1.0"] = file("CONFIG_VETH=y\nCONFIG_OVERLAY_FS=m\n# CONFIG_BRIDGE is not set\n")
	},
	"silent-kernel": func(r *recorded) { r.noModules(); r.files["lib/modules/.keep"] = file("") },
	"registry-silent": func(r *recorded) {
		r.options.Images = "registry"
		r.offline()
	},
	"poor": func(r *recorded) {
		delete(r.files, "sys/fs/cgroup/cgroup.controllers")
		delete(r.files, "proc/self/status")
		r.files["proc/meminfo"] = file("MemTotal:        6000000 kB\n")
		r.files["proc/sys/kernel/pid_max"] = file("4096\n")
		r.hard = map[int]uint64{unix.RLIMIT_NOFILE: 1024, unix.RLIMIT_NPROC: unix.RLIM_INFINITY}
		r.host.freeDisk = func(string) (uint64, error) { return 0, errors.New("permission denied") }
		r.options.Images = "source"
		delete(r.runner.paths, "go")
	},
	"c": func(r *recorded) {
		r.options.Images, r.options.C = "source", true
		r.runner.paths["gcc"] = "/usr/bin/gcc"
		r.runner.answers["/usr/bin/gcc -print-file-name=libc.a"] = "/usr/lib/x86_64-linux-gnu/libc.a\n"
	},
	"c-without-library": func(r *recorded) {
		r.root()
		r.options.Images, r.options.C = "source", true
		r.runner.paths["gcc"] = "/usr/bin/gcc"
		r.runner.answers["/usr/bin/gcc -print-file-name=libc.a"] = "libc.a\n"
	},
	"c-without-compiler": func(r *recorded) { r.options.Images, r.options.C = "source", true },
	"c-from-registry":    func(r *recorded) { r.options.C = true },
	"mac": func(r *recorded) {
		r.host.os = "darwin"
		r.files = fstest.MapFS{}
	},
}

const noDaemon = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"

// recorded is a machine in the making.
type recorded struct {
	host    host
	runner  *fakeRunner
	docker  *fakeEngine
	files   fstest.MapFS
	hard    map[int]uint64
	disk    map[string]uint64
	options Options
}

// record makes a laptop with Docker, cgroup v2 and a registry, and changes it.
func record(t *testing.T, change func(*recorded)) *recorded {
	t.Helper()
	docker := &fakeEngine{info: `{"ServerVersion": "28.2.2", "DockerRootDir": "/var/lib/docker"}`}
	r := &recorded{
		docker: docker,
		runner: &fakeRunner{
			paths: map[string]string{
				"docker": "/usr/bin/docker", "apt-get": "/usr/bin/apt-get",
				"go": "/usr/local/go/bin/go", "mmdebstrap": "/usr/bin/mmdebstrap",
			},
			engines:  map[string]*fakeEngine{"/usr/bin/docker": docker},
			answers:  map[string]string{"/usr/local/go/bin/go version": "go version go1.26.0 linux/amd64"},
			failures: map[string]string{},
		},
		hard:    map[int]uint64{unix.RLIMIT_NOFILE: 1048576, unix.RLIMIT_NPROC: 96365},
		disk:    map[string]uint64{},
		options: Options{Registries: []string{"registry.k8s.io", "quay.io"}, ConfigDir: t.TempDir(), CacheDir: "/cache"},
		files: fstest.MapFS{
			"proc/self/status":                          file("Name:\tfiredrill\nCapEff:\t0000000000000000\n"),
			"proc/meminfo":                              file("MemTotal:       16384000 kB\nMemFree: 1 kB\n"),
			"proc/filesystems":                          file("nodev\toverlay\n\text4\n"),
			"proc/modules":                              file("nf_tables 372736 2 - Live 0x0\nnf_conntrack 204800 1 - Live 0x0\nnf_nat 1 1 - Live 0x0\n"),
			"proc/sys/kernel/osrelease":                 file("6.1.0\n"),
			"proc/sys/kernel/pid_max":                   file("4194304\n"),
			"proc/sys/fs/inotify/max_user_instances":    file("1024\n"),
			"proc/sys/fs/inotify/max_user_watches":      file("1048576\n"),
			"sys/fs/cgroup/cgroup.controllers":          file("cpu memory pids\n"),
			"lib/modules/6.1.0/modules.builtin":         file("kernel/net/bridge/bridge.ko\n"),
			"lib/modules/6.1.0/modules.dep":             file(moduleDependencies),
			"etc/debian_version":                        file("12.0\n"),
			"var/lib/apt/lists/x_binary-amd64_Packages": file(""),
		},
	}
	r.host = host{
		run: r.runner, look: r.runner.look, os: "linux", arch: "amd64", cores: 4, uid: 1000,
		hardLimit: func(resource int) (uint64, error) { return r.hard[resource], nil },
		freeDisk: func(path string) (uint64, error) {
			if free, ok := r.disk[path]; ok {
				return free, nil
			}
			return 100 * gb, nil
		},
		remove:  func(string) error { return nil },
		status:  func(context.Context, string) (int, error) { return 401, nil },
		resolve: func(context.Context, string) error { return nil },
	}
	change(r)
	r.host.files = r.files
	return r
}

const moduleDependencies = `kernel/drivers/net/veth.ko.xz:
kernel/net/netfilter/xt_addrtype.ko: kernel/net/netfilter/x_tables.ko
kernel/net/netfilter/xt_comment.ko:
kernel/net/netfilter/xt_conntrack.ko:
kernel/net/netfilter/xt_mark.ko:
kernel/net/netfilter/nft_ct.ko: kernel/net/netfilter/nf_tables.ko
kernel/net/netfilter/nft_fib.ko:
kernel/net/netfilter/nft_masq.ko:
kernel/net/netfilter/nft_nat.ko:
kernel/net/netfilter/nft_numgen.ko:
kernel/net/netfilter/nft_reject.ko:
kernel/net/netfilter/xt_MASQUERADE.ko:
`

const builtInConfig = `CONFIG_BRIDGE=y
CONFIG_NETFILTER_XT_MARK=y
CONFIG_NETFILTER_XT_MATCH_ADDRTYPE=y
CONFIG_NETFILTER_XT_MATCH_COMMENT=y
CONFIG_NETFILTER_XT_MATCH_CONNTRACK=y
CONFIG_NETFILTER_XT_TARGET_MASQUERADE=y
CONFIG_NFT_CT=y
CONFIG_NFT_FIB=y
CONFIG_NFT_MASQ=y
CONFIG_NFT_NAT=y
CONFIG_NFT_NUMGEN=y
CONFIG_NFT_REJECT=y
CONFIG_VETH=y
`

func (r *recorded) cgroup1() {
	delete(r.files, "sys/fs/cgroup/cgroup.controllers")
	r.files["sys/fs/cgroup/memory/tasks"] = file("1\n")
	r.files["sys/fs/cgroup/memory/memory.limit_in_bytes"] = file("9223372036854771712\n") // none
	r.files["sys/fs/cgroup/unified/cgroup.procs"] = file("1\n")
}

func (r *recorded) root() {
	r.host.uid = 0
	r.files["proc/self/status"] = file("CapEff:\t000001ffffffffff\n")
}

func (r *recorded) noModules() {
	delete(r.files, "lib/modules/6.1.0/modules.dep")
	delete(r.files, "lib/modules/6.1.0/modules.builtin")
}

func (r *recorded) offline() {
	r.host.status = func(context.Context, string) (int, error) { return 0, errors.New("no such host") }
	r.host.resolve = func(_ context.Context, name string) error { return fmt.Errorf("lookup %s: no such host", name) }
}

// podman installs it, with the network programs that Debian's netavark needs.
func (r *recorded) podman(version, backend string, start func(conf string) string) {
	r.runner.paths["podman"] = "/usr/bin/podman"
	r.runner.paths["runc"] = "/usr/sbin/runc"
	r.files["usr/lib/podman/netavark"] = file("")
	r.files["usr/lib/podman/aardvark-dns"] = file("")
	r.runner.engines["/usr/bin/podman"] = &fakeEngine{
		start: start,
		info: fmt.Sprintf(`{"version": {"Version": %q}, "host": {"networkBackend": %q, "security": {"rootless": false}},
			"store": {"graphRoot": "/var/lib/containers/storage"}}`, version, backend),
	}
}

func plain(string) string { return "" }

// crunOnCgroup1 fails as Podman does with crun, cgroup v1 and no
// CAP_SYS_RESOURCE, in the words of Debian 12's versions.
func crunOnCgroup1(conf string) string {
	switch {
	case !strings.Contains(conf, `runtime = "runc"`):
		return "Error: OCI runtime error: crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2"
	case !strings.Contains(conf, `default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]`):
		return "Error: runc: runc create failed: unable to start container process: error during container init: error setting rlimits for ready process: error setting rlimit type 7: operation not permitted: OCI permission denied"
	}
	return ""
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func zipped(text string) *fstest.MapFile {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // into memory: cannot fail
	_ = w.Close()
	return &fstest.MapFile{Data: b.Bytes()}
}
