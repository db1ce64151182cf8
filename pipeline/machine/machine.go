// Package machine finds out what this machine can and cannot do, and knows the
// fix for each lack. Where asking is not enough it tries: that a container
// engine works is proven by starting a privileged container, the way kind will.
package machine

import (
	"errors"
	"fmt"
	"strings"
)

// Status is the verdict of a check.
type Status string

// A run works with warnings; it does not work with a lack.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Lack    Status = "lack"
)

// Check is one line of what `firedrill doctor` prints.
type Check struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Found and Wanted are one sentence each, for a person.
	Found  string `json:"found"`
	Wanted string `json:"wanted"`
	// Fix says what to do, in one line; empty when there is nothing to do.
	Fix string `json:"fix,omitempty"`
	// Safe tells that Fix (the function) does it: it installs Packages and
	// creates Folder, and touches nothing else.
	Safe     bool     `json:"safe,omitempty"`
	Packages []string `json:"packages,omitempty"`
	Folder   string   `json:"folder,omitempty"`
}

// String is the check as a single line, the fix included.
func (c Check) String() string {
	line := fmt.Sprintf("%s: found %s; wanted %s", c.Name, c.Found, c.Wanted)
	if c.Fix != "" {
		line += "; fix: " + c.Fix
	}
	return line
}

// Machine is what Inspect found.
type Machine struct {
	// Checks stand in the order in which a person would read them.
	Checks []Check `json:"checks"`
	// Engine is the container engine to use; its Name is empty if none works.
	Engine Engine `json:"engine"`
	// CgroupVersion is 1 (also for a hybrid layout), 2, or 0 if unknown.
	CgroupVersion int `json:"cgroup_version"`
	// Registry tells that every image registry asked has answered.
	Registry bool `json:"registry"`
	// Resolver tells that names outside this machine resolve.
	Resolver    bool   `json:"resolver"`
	Cores       int    `json:"cores"`
	MemoryBytes uint64 `json:"memory_bytes"`
	// CanRaiseLimits tells that this process has CAP_SYS_RESOURCE.
	CanRaiseLimits bool `json:"can_raise_limits"`
}

// Engine is a container engine that has started a privileged container.
type Engine struct {
	Name    string `json:"name"` // docker, podman or nerdctl
	Path    string `json:"path"`
	Version string `json:"version"`
	// Env is the environment, as KEY=VALUE, that every call of the engine and
	// of kind needs.
	Env []string `json:"env"`
	// Why says why this engine was taken, and why not those before it.
	Why string `json:"why"`
}

// Ready returns one error that lists each lack with its fix, nil if there is
// none. Warnings do not stop a run.
func (m *Machine) Ready() error {
	var lacks []string
	for _, c := range m.Checks {
		if c.Status == Lack {
			line := "  " + c.String()
			if c.Safe {
				line += " (`firedrill doctor --fix` does this)"
			}
			lacks = append(lacks, line)
		}
	}
	switch len(lacks) {
	case 0:
		return nil
	case 1:
		return errors.New("this machine lacks one thing:\n" + lacks[0])
	}
	return fmt.Errorf("this machine lacks %d things:\n%s", len(lacks), strings.Join(lacks, "\n"))
}
