package machine

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
)

// enginePackages make kind work on Debian's Podman, as root, without
// recommended packages; docs/machines.md says what each is for.
var enginePackages = []string{"aardvark-dns", "iptables", "netavark", "nftables", "podman", "runc"}

// engineReport is what was learnt about container engines.
type engineReport struct {
	engine   Engine
	storage  string // where the engine keeps images and containers
	rootless bool
	checks   []Check
}

// attempt is an engine that was tried.
type attempt struct {
	engineReport
	err error // nil if it works
}

// findEngine tries one engine after the other until one works.
func (i inspection) findEngine(ctx context.Context, task *event.Task) engineReport {
	var failures []string
	installed := false
	for _, name := range i.options.engines() {
		task.Progress("trying " + name)
		path, err := i.host.look(name)
		if err != nil {
			failures = append(failures, name+" is not installed")
			continue
		}
		installed = true
		a := i.try(ctx, name, path, task)
		if a.err == nil {
			a.engine.Why = strings.Join(append(failures, a.engine.Why), "; ")
			a.checks = append([]Check{i.engineFound(a.engine)}, a.checks...)
			return a.engineReport
		}
		failures = append(failures, name+" does not work: "+sentence(a.err))
	}
	return engineReport{checks: []Check{i.engineLacking(failures, installed)}}
}

func (i inspection) try(ctx context.Context, name, path string, task *event.Task) attempt {
	if name == "podman" {
		return i.tryPodman(ctx, path, task)
	}
	return i.tryDocker(ctx, name, path)
}

const engineWanted = "Docker, Podman or nerdctl that starts a privileged container on a bridge network"

func (i inspection) engineFound(e Engine) Check {
	return Check{
		Name: "container engine", Status: OK, Wanted: engineWanted,
		Found: fmt.Sprintf("%s %s (%s)", e.Name, e.Version, e.Why),
	}
}

func (i inspection) engineLacking(failures []string, installed bool) Check {
	c := Check{Name: "container engine", Status: Lack, Wanted: engineWanted, Found: strings.Join(failures, "; ")}
	if i.options.Engine != auto && i.options.Engine != "podman" {
		c.Fix = advice(c.Found, "install "+i.options.Engine+" and start it, or leave the choice of the engine to firedrill (--engine auto)")
		return c
	}
	if installed {
		c.Fix = advice(c.Found, "")
	}
	if c.Fix != "" {
		c.Fix += "; or else "
	}
	podman := i.install(enginePackages...)
	c.Fix, c.Safe, c.Packages = c.Fix+podman.Fix, podman.Safe, podman.Packages
	return c
}

// known are failures with a remedy that only a person can apply.
var known = []struct {
	pattern *regexp.Regexp
	advice  string
}{
	{regexp.MustCompile(`Cannot connect to the Docker daemon`), "start the Docker daemon, for example `systemctl start docker`"},
	{regexp.MustCompile(`permission denied.*docker.*sock`), "let this user talk to the Docker daemon (group docker), or run as root"},
	{regexp.MustCompile(`unable to apply caps`), "give this machine all capabilities (CAP_SYS_RESOURCE is the usual one missing), which this Docker insists on, or use Podman"},
	{regexp.MustCompile(`(?i)newuidmap|subuid`), "install uidmap and give this user ranges in /etc/subuid and /etc/subgid"},
	{regexp.MustCompile(`slirp4netns|pasta`), "install slirp4netns (or passt), which rootless networks need"},
}

// advice is what to do about a failure, or otherwise if it is not known.
func advice(failure, otherwise string) string {
	for _, k := range known {
		if k.pattern.MatchString(failure) {
			return k.advice
		}
	}
	return otherwise
}

// says tells whether a program failed with words that match.
func says(err error, pattern *regexp.Regexp) bool {
	var failed *command.Error
	return errors.As(err, &failed) && pattern.MatchString(failed.Output)
}

// sentence is what is wrong as a single line, whatever lines a program used.
func sentence(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
