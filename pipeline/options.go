package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/distribution/reference"
	"k8s.io/apimachinery/pkg/api/resource"

	"firedrill/pipeline/content"
	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/runs"
)

// Options are what a person, a CI system or the Dagger module can ask for.
type Options struct {
	Content string // path of firedrill.yaml
	Name    string // of the run; "" makes one up
	Cache   string // folder of images, build caches and runs
	Out     string // folder for the report
	Engine  string // docker, podman, nerdctl or auto
	Images  string // registry, source or auto
	Mirror  string // registry to use in place of all others
	Pins    string // file with digests that take the place of image.yaml's
	Nodes   int    // 0: as firedrill.yaml says
	// Drills are the names of those to hold; empty for all.
	Drills []string
	// MaxMemory and MaxCPU take the place of firedrill.yaml's ceiling; 0 for
	// what that says.
	MaxMemory, MaxCPU resource.QuantityValue
	// Kubeconfig names an existing cluster: none is created, none deleted.
	Kubeconfig      string
	KubeconfigMerge bool // add the run's cluster to the user's kubeconfig
	Keep            bool // leave the cluster standing
	CheckOnly       bool // say what is wrong with these and the content; do nothing
	Notify          Notify
	Sink            event.Sink
}

// check refuses what can be told to be wrong without looking at anything.
func (o Options) check() error {
	errs := []error{o.machine(nil).Check()}
	if o.Name != "" {
		errs = append(errs, runs.CheckName(o.Name))
	}
	if o.Nodes != 0 {
		errs = append(errs, content.CheckNodes(o.Nodes))
	}
	if o.Mirror != "" {
		errs = append(errs, checkMirror(o.Mirror))
	}
	if o.Kubeconfig != "" {
		_, err := restConfig(o.Kubeconfig)
		errs = append(errs, err)
	}
	errs = append(errs, o.Notify.check())
	return errors.Join(errs...)
}

// ceiling is what drills may take: firedrill.yaml's, but for what was asked for.
func (o Options) ceiling(c fault.Ceiling) fault.Ceiling {
	if !o.MaxMemory.IsZero() {
		c.Memory = o.MaxMemory.Quantity
	}
	if !o.MaxCPU.IsZero() {
		c.CPU = o.MaxCPU.Quantity
	}
	return c
}

func checkMirror(mirror string) error {
	if _, err := reference.ParseNormalizedNamed(mirror + "/image"); err != nil {
		return fmt.Errorf("registry mirror %q: wanted HOST[:PORT][/PREFIX], such as registry.example.com:5000/mirror: %w", mirror, err)
	}
	// Without a dot or a port, the name of an image begins with a path on Docker Hub.
	if host, _, _ := strings.Cut(mirror, "/"); !strings.ContainsAny(host, ".:") {
		return fmt.Errorf("registry mirror %q: %s would be taken for a path on Docker Hub: give its port, such as %s:443, or its full name", mirror, host, host)
	}
	return nil
}

// CacheDir is where images, build caches and runs are kept if the user says
// nothing: FIREDRILL_CACHE, or a folder in the user's cache.
func CacheDir() (string, error) {
	if dir := os.Getenv("FIREDRILL_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the user's cache folder (FIREDRILL_CACHE names another): %w", err)
	}
	return filepath.Join(dir, "firedrill"), nil
}

func (o Options) runs() runs.Folders { return runs.Folders(filepath.Join(o.Cache, "runs")) }

// engineDir holds engine configuration. It belongs to all runs, so that a
// later one can clean up after one whose folder is gone.
func (o Options) engineDir() string { return filepath.Join(o.Cache, "engine") }

// source is where images come from. Who names a mirror means it: that it does not
// answer is an error then, and no reason for an hour of building.
func (o Options) source() string {
	if o.Mirror != "" && (o.Images == "" || o.Images == string(images.Auto)) {
		return string(images.Registry)
	}
	return o.Images
}

// machine says what the machine step should look for.
func (o Options) machine(specs images.Specs) machine.Options {
	return machine.Options{
		Engine: o.Engine, Images: o.source(), Registries: registries(o.Mirror, specs),
		ConfigDir: o.engineDir(), CacheDir: o.Cache, C: specs.HaveC(),
	}
}
