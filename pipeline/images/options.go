package images

import (
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"

	"firedrill/pipeline/command"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images/assemble"
	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/registry"
	"firedrill/pipeline/images/rootfs"
)

// Source is where images come from.
type Source string

// The sources. Auto asks the registry once and falls back to building.
const (
	Registry   Source = "registry"
	FromSource Source = "source"
	Auto       Source = "auto"
)

// ParseSource reads the value of --images.
func ParseSource(s string) (Source, error) {
	if all := []Source{Registry, FromSource, Auto}; !slices.Contains(all, Source(s)) {
		return "", fmt.Errorf("images come from %v, not from %q", all, s)
	}
	return Source(s), nil
}

// Options say which images Ensure gets, and how.
type Options struct {
	Specs  Specs
	Store  *Store
	Source Source // Auto if empty
	// Mirror is HOST[:PORT][/PREFIX] of a registry in place of all others.
	Mirror string
	// Pins are digests by image name; they take the place of image.yaml's.
	Pins Pins
	// RegistryAnswers is what is known of the registry; nil makes Auto ask.
	RegistryAnswers *bool
	// Memory is what builds may use, in bytes; 0 if unknown. Cores is how many
	// processors; 0 for all of this machine's.
	Memory int64
	Cores  int
	Sink   event.Sink

	// Runner, Client and Etc are this machine's if not set; tests replace them.
	Runner command.Runner
	Client *registry.Client
	Etc    string
}

func (o Options) withDefaults() Options {
	if o.Source == "" {
		o.Source = Auto
	}
	if o.Cores == 0 {
		o.Cores = runtime.NumCPU()
	}
	if o.Runner == nil {
		o.Runner = command.OS{}
	}
	if o.Etc == "" {
		o.Etc = "/etc"
	}
	if o.Client == nil {
		client := registry.New(o.Mirror, runtime.GOARCH)
		o.Client = &client
	}
	o.Pins = maps.Clone(o.Pins)
	return o
}

func (o Options) toolchain() gobuild.Go {
	return gobuild.Go{Runner: o.Runner, Cache: o.Store.cache, Arch: runtime.GOARCH, Memory: o.limits().Memory}
}

func (o Options) limits() assemble.Limits { return assemble.LimitsFor(o.Cores, o.Memory) }

func (o Options) builder() (assemble.Builder, error) {
	work, err := o.Store.images.Work()
	if err != nil {
		return assemble.Builder{}, err
	}
	temp, err := filepath.Abs(work)
	if err != nil {
		return assemble.Builder{}, err
	}
	return assemble.Builder{
		Go: o.toolchain(), Store: o.Store.images, Limits: o.limits(),
		Rootfs: rootfs.Maker{Runner: o.Runner, Etc: o.Etc, Temp: temp},
	}, nil
}
