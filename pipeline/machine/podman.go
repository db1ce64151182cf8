package machine

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"firedrill/pipeline/event"
)

// podmanInfo is the part of `podman info` that counts.
type podmanInfo struct {
	Version struct{ Version string }
	Host    struct {
		NetworkBackend string
		Security       struct{ Rootless bool }
	}
	Store struct{ GraphRoot string }
}

// tryPodman starts the probe the plain way first. If that fails for a reason
// that configuration can mend, it is tried again with a configuration of ours.
func (i inspection) tryPodman(ctx context.Context, path string, task *event.Task) attempt {
	a := attempt{engineReport: engineReport{engine: Engine{Name: "podman", Path: path}}}
	p := &prober{run: i.host.run, path: path, forget: i.host.remove}
	info, err := p.podmanInfo(ctx)
	if err != nil {
		a.err = err
		return a
	}
	a.engine.Version = info.Version.Version
	a.storage, a.rootless = info.Store.GraphRoot, info.Host.Security.Rootless

	conf := podmanConf{folder: i.options.ConfigDir, variable: confVariable(a.engine.Version)}
	names := i.nodeNames(info, &conf)
	if a.err = conf.apply(p); a.err != nil {
		return a
	}
	a.err = p.probe(ctx, i.host.arch, func(p *prober, failure error) (bool, error) {
		if !i.mend(&conf, failure) {
			return false, nil
		}
		task.Progress("trying podman with " + conf.why[len(conf.why)-1])
		return true, conf.apply(p)
	})
	a.engine.Env = append([]string{"KIND_EXPERIMENTAL_PROVIDER=podman"}, p.env...)
	a.engine.Why = conf.explain()
	a.checks = []Check{names}
	return a
}

func (p *prober) podmanInfo(ctx context.Context) (podmanInfo, error) {
	var info podmanInfo
	out, err := p.output(ctx, nil, "info", "--format", "json")
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal([]byte(out), &info); err != nil {
		return info, fmt.Errorf("read the answer of `%s info`: %w", p.path, err)
	}
	return info, nil
}

var (
	// crunRefuses is crun's answer to controllers on cgroup v1.
	crunRefuses = regexp.MustCompile(`crun: .*cgroup`)
	// limitRefused is runc's and crun's answer to a limit that is above the
	// hard one of a process without CAP_SYS_RESOURCE.
	limitRefused = regexp.MustCompile("(?i)set(ting )?rlimit.*operation not permitted")
)

// mend adds to conf what the failure calls for. It reports whether there is
// anything new to try.
func (i inspection) mend(conf *podmanConf, failure error) bool {
	switch {
	case says(failure, crunRefuses) && conf.runtime == "":
		if _, err := i.host.look("runc"); err != nil {
			return false
		}
		conf.runtime = "runc"
		conf.because("the runtime runc, since crun refuses this cgroup layout")
	case says(failure, limitRefused) && conf.nofile == 0:
		files, processes := i.limits()
		if files == 0 || processes == 0 {
			return false
		}
		conf.nofile, conf.nproc = files, processes
		conf.because(fmt.Sprintf("default limits of %d open files and %d processes, since limits cannot be raised here", files, processes))
	default:
		return false
	}
	return true
}

// helperFolders are where distributions put Podman's network programs.
var helperFolders = []string{"usr/lib/podman", "usr/libexec/podman", "usr/local/lib/podman", "usr/local/libexec/podman"}

func (h host) hasHelper(name string) bool {
	for _, folder := range helperFolders {
		if h.exists(folder + "/" + name) {
			return true
		}
	}
	return false
}

// nodeNames checks whether containers find each other by name, which nodes of
// a cluster with several do. Podman's older network stack, CNI, does that with
// a plugin only, and Podman stays with the stack it was first used with.
func (i inspection) nodeNames(info podmanInfo, conf *podmanConf) Check {
	c := Check{Name: "node names", Status: OK, Found: "Podman's " + info.Host.NetworkBackend, Wanted: "containers find each other by name (netavark with aardvark-dns)"}
	haveDNS := i.host.hasHelper("netavark") && i.host.hasHelper("aardvark-dns")
	plugin := i.host.exists("usr/lib/cni/dnsname") || i.host.exists("usr/libexec/cni/dnsname")
	switch {
	case strings.HasPrefix(info.Host.NetworkBackend, "netavark") && haveDNS:
	case info.Host.NetworkBackend == "cni" && plugin:
	case info.Host.NetworkBackend == "cni" && haveDNS:
		conf.backend = "netavark"
		conf.because("the network stack netavark, since Podman was first used with CNI here, under which nodes do not find each other by name")
		c.Found += "; netavark by a configuration of the run's own"
	default:
		fix := i.install("aardvark-dns", "netavark")
		c.Status, c.Fix, c.Safe, c.Packages = Warning, fix.Fix, fix.Safe, fix.Packages
		c.Found += " without a name server: clusters of one node only"
	}
	return c
}
