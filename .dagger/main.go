// Fire drills for Kubernetes monitoring: proves that each alarm goes off, reaches somebody, and ends.
//
// Each function is one run of the command firedrill, or of make, in a container.
// All that is needed is Docker, for the engine of Dagger, and the Dagger CLI:
//
//	dagger call deploy-and-test report export --path out
//
// makes a cluster inside a container, deploys the monitoring stack, breaks things
// on purpose, watches the alarms, and tears all of it down again. The options
// before the function's name hold for each function; docs/ci.md says more.
package main

import (
	"context"

	"dagger/firedrill/internal/dagger"
	"dagger/firedrill/plan"
)

// Firedrill is the pipeline with its options.
type Firedrill struct {
	// +private
	Source *dagger.Directory
	// +private
	Base *dagger.Container
	// +private
	Archive *dagger.File
	// +private
	ImageSource string
	// +private
	Store *dagger.Directory
	// +private
	Cache string
	// +private
	Storage string
	// +private
	Content string
	// +private
	Name string
	// +private
	Pins *dagger.File
	// +private
	Kubeconfig *dagger.Secret
	// +private
	Docker *dagger.Service
	// +private
	RegistryMirror string
	// +private
	RegistryUser string
	// +private
	RegistryPassword *dagger.Secret
}

// New takes the options that hold for all functions.
func New(
	// The checkout to work on.
	// +defaultPath="/"
	// +ignore=[".git", "bin", "out", "history", "bench/out", "junit.xml", "base.tar", ".env"]
	source *dagger.Directory,
	// Container to work in: Debian or Ubuntu with Go 1.26, make and a C compiler, such as golang:1.26-bookworm, the default.
	// +optional
	base *dagger.Container,
	// The same as an archive of `docker save`, for where no registry answers.
	// +optional
	baseArchive *dagger.File,
	// Where images come from: registry, source, or auto: the registries if all answer.
	// +optional
	images string,
	// A store of images, such as ~/.cache/firedrill/images, to begin with instead of an empty one.
	// +optional
	store *dagger.Directory,
	// Name of the cache volume of images and of Go's caches.
	// +optional
	// +default="firedrill"
	cache string,
	// Name of the cache volume on which Podman keeps the nodes; one run at a time has it.
	// +optional
	// +default="firedrill-storage"
	storage string,
	// Path of the file that names releases, dashboards and smoketests.
	// +optional
	content string,
	// Name of the run; the same name again gives that run's results without running it again.
	// +optional
	name string,
	// File with image digests that take the place of those in image.yaml.
	// +optional
	pins *dagger.File,
	// Kubeconfig of an existing cluster to work on, such as file://$HOME/.kube/config; none is created or deleted then.
	// +optional
	kubeconfig *dagger.Secret,
	// A Docker without TLS on port 2375 to run the nodes, in place of Podman inside the container; the base needs the command docker then.
	// +optional
	docker *dagger.Service,
	// Registry HOST[:PORT][/PREFIX] to use in place of all others, for the base container too.
	// +optional
	registryMirror string,
	// Who to log in as at the registry mirror.
	// +optional
	registryUser string,
	// The password for that.
	// +optional
	registryPassword *dagger.Secret,
) (*Firedrill, error) {
	err := plan.Check(plan.Request{
		Images: images, Mirror: registryMirror, Name: name,
		User: registryUser, Password: registryPassword != nil,
		Base: base != nil, Archive: baseArchive != nil,
		Docker: docker != nil, Kubeconfig: kubeconfig != nil,
		Cache: cache, Storage: storage,
	})
	if err != nil {
		return nil, err
	}
	return &Firedrill{
		Source: source, Base: base, Archive: baseArchive, ImageSource: images, Store: store, Cache: cache, Storage: storage,
		Content: content, Name: name, Pins: pins, Kubeconfig: kubeconfig, Docker: docker,
		RegistryMirror: registryMirror, RegistryUser: registryUser, RegistryPassword: registryPassword,
	}, nil
}

// base is the container to work in, by default the one from the registry. It is had
// here and not in New, whose result outlives the session that it was made in.
func (m *Firedrill) base(ctx context.Context) (*dagger.Container, error) {
	switch {
	case m.Base != nil:
		return m.Base, nil
	case m.Archive != nil:
		return dag.Container().Import(m.Archive), nil
	case m.RegistryPassword != nil:
		// Beside the base: a login lasts as long as the session, and with it in the
		// chain all that comes after would be another's in each.
		login := dag.Container().WithRegistryAuth(plan.Host(m.RegistryMirror), m.RegistryUser, m.RegistryPassword)
		if _, err := login.ID(ctx); err != nil {
			return nil, err
		}
	}
	return dag.Container().From(plan.BaseOf(m.RegistryMirror)), nil
}

// options are the flags that every command of firedrill has.
func (m *Firedrill) options() plan.Options {
	return plan.Options{
		Content: m.Content, Images: m.ImageSource, Mirror: m.RegistryMirror, Name: m.Name,
		Pins: m.Pins != nil, Kubeconfig: m.Kubeconfig != nil, Docker: m.Docker != nil, Store: m.Store != nil,
	}
}
