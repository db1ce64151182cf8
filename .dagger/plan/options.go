package plan

// Options are what every command of firedrill is told. What is zero is left to
// firedrill.
type Options struct {
	Content string // path of the content file in the source
	Images  string // registry, source or auto
	Mirror  string // HOST[:PORT][/PREFIX]
	Name    string // of the run
	// These tell what the caller handed in: Docker is one that runs the nodes,
	// Store a store of images to begin with.
	Pins, Kubeconfig, Docker, Store bool
}

// Privileged tells whether the container starts containers of its own.
func (o Options) Privileged() bool { return !o.Kubeconfig && !o.Docker }

// Needs are the programs that the base must have.
func (o Options) Needs() []string {
	switch {
	case o.Kubeconfig:
		return ToBuild
	case o.Docker:
		return append([]string{"docker"}, ToBuild...)
	}
	return append([]string{"apt-get"}, ToBuild...)
}

// engine is Docker if the caller has one. Else firedrill chooses, which comes
// to Podman.
func (o Options) engine() flags {
	if o.Docker {
		return flags{"--engine", "docker"}
	}
	return nil
}

// args are the flags of each command but `down --all`, which wants no name.
func (o Options) args() flags {
	f := o.engine().text("--content", o.Content).text("--images", o.Images).text("--registry-mirror", o.Mirror).text("--name", o.Name)
	return f.path("--pins", o.Pins).path("--kubeconfig", o.Kubeconfig)
}
