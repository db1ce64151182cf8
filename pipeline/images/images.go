// Package images gets every image that a run needs, pulled from a registry or
// built from source, and keeps them in one store in the user's cache.
package images

import (
	"path/filepath"
	"runtime"
	"slices"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/images/store"
)

// Specs are the images that a run needs: one image.yaml each.
type Specs []spec.Spec

// Load reads and checks every image.yaml in the folders of dir. All mistakes
// are reported together, each with file and line.
func Load(dir string) (Specs, error) {
	specs, err := spec.LoadAll(dir)
	return Specs(specs), err
}

// HaveC tells whether some program has C code, so that building the images
// takes a C compiler.
func (s Specs) HaveC() bool {
	return slices.ContainsFunc(s, func(one spec.Spec) bool { return one.HasC() })
}

// ForHost are the images whose programs the pipeline runs on this machine.
func (s Specs) ForHost() Specs { return s.chosen(true) }

// ForCluster are the images that a cluster is made of, and its pods.
func (s Specs) ForCluster() Specs { return s.chosen(false) }

func (s Specs) chosen(host bool) Specs {
	var chosen Specs
	for _, one := range s {
		if one.Host == host {
			chosen = append(chosen, one)
		}
	}
	return chosen
}

// Image is one image of the store.
type Image struct {
	Name string `json:"name"`
	// Digest is that of the image's manifest for this platform.
	Digest string `json:"digest"`
	// ConfigDigest is what container engines call the image's ID.
	ConfigDigest string `json:"config_digest"`
	// RegistryDigest is the digest by which a registry gave the image; for one
	// of several platforms it is that of their list. Empty if built from source.
	RegistryDigest string `json:"registry_digest,omitempty"`
	Bytes          int64  `json:"bytes"`
	Source         Source `json:"source"`
	// Seconds is how long getting the image took when it was got.
	Seconds float64 `json:"seconds"`
	// Cached says that this run found it in the store.
	Cached bool              `json:"cached"`
	Labels map[string]string `json:"labels,omitempty"`
	// Packages are name=version of the Debian packages in it.
	Packages []string `json:"packages,omitempty"`
	// Within is the image that this one is only a part of.
	Within string `json:"within,omitempty"`
}

// Store keeps images, and the Go caches of their builds, in one folder.
type Store struct {
	cache  string
	images *store.Store
}

// Open uses the cache folder. Nothing is created before something is stored.
func Open(cacheDir string) *Store {
	return &Store{cache: cacheDir, images: store.Open(filepath.Join(cacheDir, "images"))}
}

// Modules unpacks pinned Go modules into the cache of the builds.
func (s *Store) Modules() gobuild.Go {
	return gobuild.Go{Runner: command.OS{}, Cache: s.cache, Arch: runtime.GOARCH}
}
