package machine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The values of Options.Engine and Options.Images that leave the choice to the
// machine.
const auto = "auto"

// engineNames are the engines that kind can use, in the order of preference.
var engineNames = []string{"docker", "podman", "nerdctl"}

// Options say what the machine is to be used for.
type Options struct {
	// Engine is docker, podman or nerdctl, or auto (also "") for the first of
	// them that can start a privileged container.
	Engine string
	// Images is where images come from: registry, source, or auto (also "")
	// for the registries if all answer.
	Images string
	// Registries are the hosts asked whether a registry answers, such as
	// "quay.io" or a mirror's "127.0.0.1:5000".
	Registries []string
	// ConfigDir is where engine configuration of the run's own is written, if
	// the machine needs any. It must live as long as the cluster: every call
	// of the engine reads it.
	ConfigDir string
	// CacheDir is where images and their build cache are kept. It need not
	// exist yet.
	CacheDir string
	// C tells that images built here would have programs with C code.
	C bool
}

// Check refuses options that Inspect would refuse.
func (o Options) Check() error {
	_, err := o.withDefaults()
	return err
}

func (o Options) withDefaults() (Options, error) {
	if o.Engine == "" {
		o.Engine = auto
	}
	if o.Images == "" {
		o.Images = auto
	}
	var errs []error
	if o.Engine != auto && !slices.Contains(engineNames, o.Engine) {
		errs = append(errs, fmt.Errorf("engine %q is unknown: choose auto, %s", o.Engine, strings.Join(engineNames, ", ")))
	}
	if !slices.Contains([]string{auto, "registry", "source"}, o.Images) {
		errs = append(errs, fmt.Errorf("image source %q is unknown: choose auto, registry, source", o.Images))
	}
	if o.ConfigDir == "" {
		errs = append(errs, errors.New("no folder is named for the engine configuration of the run's own (Options.ConfigDir)"))
	}
	if o.CacheDir == "" {
		errs = append(errs, errors.New("no folder is named for the cache (Options.CacheDir)"))
	}
	return o, errors.Join(errs...)
}

// engines are the names to try, in order.
func (o Options) engines() []string {
	if o.Engine == auto {
		return engineNames
	}
	return []string{o.Engine}
}

// fromSource tells whether images will have to be built here.
func (o Options) fromSource(registryAnswers bool) bool {
	return o.Images == "source" || o.Images == auto && !registryAnswers
}
