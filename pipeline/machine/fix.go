package machine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
)

// aptDeadline is how long packages may take to come and be installed.
const aptDeadline = 10 * time.Minute

// Fix applies the fixes that are safe: it installs Debian packages and makes
// folders. It changes no setting of the kernel and no file of the user's; the
// engine configuration that a machine calls for is written by Inspect, which
// the caller runs again afterwards.
func Fix(ctx context.Context, m *Machine, sink event.Sink) error {
	return fix(ctx, thisHost(), func(folder string) error { return os.MkdirAll(folder, 0o755) }, m, sink)
}

func fix(ctx context.Context, h host, mkdir func(string) error, m *Machine, sink event.Sink) error {
	var packages, folders []string
	for _, c := range m.Checks {
		if c.Safe && c.Status != OK {
			packages = append(packages, c.Packages...)
			if c.Folder != "" {
				folders = append(folders, c.Folder)
			}
		}
	}
	var errs []error
	for _, folder := range folders {
		task := sink.Start("make " + folder)
		errs = append(errs, task.End(mkdir(folder), nil))
	}
	slices.Sort(packages)
	if packages = slices.Compact(packages); len(packages) > 0 {
		task := sink.Start("install " + strings.Join(packages, " "))
		errs = append(errs, task.End(apt{h, task}.install(ctx, packages), nil))
	}
	return errors.Join(errs...)
}

// apt installs Debian packages.
type apt struct {
	host host
	task *event.Task
}

// install makes one call for all packages. The lists of what there is are
// fetched when there are none, and when they turn out to be too old.
func (a apt) install(ctx context.Context, packages []string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, aptDeadline, fmt.Errorf("apt-get was not done after %s", aptDeadline))
	defer cancel()
	install := append([]string{"install", "--yes", "--no-install-recommends"}, packages...)
	if a.haveLists() {
		err := a.call(ctx, install...)
		if err == nil || ctx.Err() != nil {
			return err
		}
		a.task.Progress("the package lists may be too old: fetching them again")
	}
	if err := a.call(ctx, "update"); err != nil {
		return err
	}
	return a.call(ctx, install...)
}

func (a apt) haveLists() bool {
	entries, err := fs.ReadDir(a.host.files, "var/lib/apt/lists")
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return strings.Contains(path.Base(e.Name()), "_Packages")
	})
}

func (a apt) call(ctx context.Context, args ...string) error {
	a.task.Progress("apt-get " + args[0])
	// Another apt-get may be at work: wait for it, within the deadline.
	options := []string{"apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=120"}
	_, err := a.host.run.Run(ctx, command.Command{
		Argv: append(options, args...),
		Env:  []string{"DEBIAN_FRONTEND=noninteractive"},
	})
	return err
}
