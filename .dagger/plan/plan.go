// Package plan says as plain data what runs in the containers of the Dagger
// module: arguments, mounts, scripts. It needs no engine, so it is tested
// without one; the main package hands it over to Dagger.
package plan

import (
	"path"
	"strings"
	"time"
)

// Where things are in the container.
const (
	Work      = "/work"                    // the source, and where commands run
	Program   = Work + "/bin/firedrill"    // as make leaves it
	Installed = "/usr/local/bin/firedrill" // as commands find it
	Out       = Work + "/out"              // the report
	History   = Work + "/history"          // of the nights
	Cache     = "/cache"                   // what outlives a run: images, Go's caches
	Store     = Cache + "/firedrill/images"
	Runs      = Cache + "/firedrill/runs"
	Copy      = "/images"             // of the store: a cache volume cannot be returned
	Storage   = "/var/lib/containers" // where Podman keeps the nodes
	Alone     = "/alone"              // the same, for what must not go beside a run
	State     = "/run"                // what Podman knows of running containers; ends with them
)

// PathOf is where a file that the caller handed in is found.
func PathOf(name string) string { return path.Join("/given", name) }

// Once is the environment variable that makes two runs differ, so that Dagger
// does not take the results of one for those of the other.
const Once = "FIREDRILL_CALL"

// NewName is the name of a run that the caller gave none.
func NewName(now time.Time) string {
	return "run-" + strings.ReplaceAll(now.UTC().Format("20060102-150405.000"), ".", "-")
}

// Variable is an environment variable.
type Variable struct{ Name, Value string }

// Environment points every tool to the cache volume.
func Environment() []Variable {
	return []Variable{
		{"FIREDRILL_CACHE", path.Join(Cache, "firedrill")},
		{"GOCACHE", path.Join(Cache, "go", "build")},
		{"GOMODCACHE", path.Join(Cache, "go", "mod")},
		{"GOLANGCI_LINT_CACHE", path.Join(Cache, "golangci-lint")},
		// Never another Go than the base's: it would be downloaded.
		{"GOTOOLCHAIN", "local"},
		{"DEBIAN_FRONTEND", "noninteractive"},
	}
}

// Volume is a cache volume and where it is mounted.
type Volume struct {
	Path, Name string
	// Alone keeps others waiting who want it too.
	Alone bool
}

// Volumes are the cache volumes of a container. Only one that starts containers
// has Podman's storage, to which two Podmans would do harm that do not see each
// other's processes. It must be a volume: the root file system of a container
// is an overlay, on which Podman cannot lay another. The folders of runs go with
// it: whoever has another storage and the same cache would take runs that stand for
// ones that have ended, and remove them. The lock on the storage does for both:
// with two, each of two calls could have one and wait for the other's.
func Volumes(cache, storage string, starts bool) []Volume {
	volumes := []Volume{{Path: Cache, Name: cache}}
	if starts {
		volumes = append(volumes, Volume{Path: Storage, Name: storage, Alone: true}, Volume{Path: Runs, Name: runsOf(storage)})
	}
	return volumes
}

// runsOf is the volume of the runs that a storage has nodes of.
func runsOf(storage string) string { return storage + "-runs" }
