package machine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"firedrill/pipeline/event"
)

// Inspect checks this machine. It changes nothing, but for engine
// configuration in ConfigDir, and a probe that it removes again. The error is
// about bad options or a cancelled context; what the machine lacks is in the
// checks, and Machine.Ready sums it up.
func Inspect(ctx context.Context, o Options, sink event.Sink) (*Machine, error) {
	return inspect(ctx, thisHost(), o, sink)
}

// inspection is what every check is given.
type inspection struct {
	host    host
	options Options
	sink    event.Sink
}

func inspect(ctx context.Context, h host, o Options, sink event.Sink) (*Machine, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	i := inspection{host: h, options: o, sink: sink}

	// What waits for something outside goes side by side.
	var (
		engine    engineReport
		reachable networkReport
		outside   sync.WaitGroup
	)
	outside.Go(func() {
		task := sink.Start("container engine")
		engine = i.findEngine(ctx, task)
		end(task, engine.checks...)
	})
	outside.Go(func() {
		task := sink.Start("network")
		reachable = i.network(ctx)
		end(task, reachable.checks...)
	})
	m := &Machine{Cores: h.cores}
	local := i.local(m)
	outside.Wait()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("inspect this machine: %w", context.Cause(ctx))
	}

	m.Engine, m.Registry, m.Resolver = engine.engine, reachable.registry, reachable.resolver
	source := o.fromSource(m.Registry)
	local = slices.Concat([]Check{i.rights(engine)}, local, i.disk(engine, source), i.tools(ctx, source))
	for _, c := range local {
		end(sink.Start(c.Name), c)
	}
	m.Checks = slices.Concat(engine.checks, local, reachable.checks)
	return m, nil
}

// end closes a task with what its checks have found.
func end(task *event.Task, checks ...Check) {
	var lacks []error
	for _, c := range checks {
		if c.Status == Lack {
			lacks = append(lacks, errors.New(c.String()))
		}
	}
	_ = task.End(errors.Join(lacks...), checks) // which only hands the error back
}

// local are the checks that only read files of this machine. Elsewhere than on
// Linux the containers run in a virtual machine that has its own.
func (i inspection) local(m *Machine) []Check {
	if i.host.os != "linux" {
		return nil
	}
	return []Check{
		i.capabilities(m), i.cgroups(m), i.openFiles(), i.processes(),
		i.kernel(), i.modules(), i.inotify(), i.memory(m),
	}
}

// install is a lack's fix by Debian packages: safe for root where there is
// apt-get, told otherwise.
func (i inspection) install(packages ...string) Check {
	list := strings.Join(packages, " ")
	switch {
	case !i.host.hasPackages():
		return Check{Fix: "install, with the package manager of this system, what Debian calls " + list}
	case i.host.uid != 0:
		return Check{Fix: "sudo apt-get install --no-install-recommends " + list}
	}
	return Check{Fix: "apt-get install --no-install-recommends " + list, Safe: true, Packages: packages}
}
