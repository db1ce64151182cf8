package pipeline

import (
	"context"

	"firedrill/pipeline/addresses"
	"firedrill/pipeline/cluster"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/logs"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/runs"
)

// made is what steps have made for the ones after them.
type made struct {
	run     *runs.Run
	machine *machine.Machine
	store   *images.Store
	images  []images.Image
	cluster *cluster.Cluster
	// scanners says that their images are wanted as well.
	scanners bool
	// result is what the step under way adds, as a whole, to its items.
	result any
}

func (s *state) inspectMachine(ctx context.Context, sink event.Sink) error {
	var err error
	if s.machine, err = machine.Inspect(ctx, s.options.machine(s.specs), sink); err != nil {
		return err
	}
	if err := s.machine.Ready(); err != nil {
		return err
	}
	return s.sweep(ctx, sink)
}

func (s *state) ensureImages(ctx context.Context, sink event.Sink) error {
	source, err := images.ParseSource(s.options.source())
	if err != nil {
		return err
	}
	wanted := s.specs.ForCluster()
	if s.scanners {
		wanted = s.specs
	}
	s.store = images.Open(s.options.Cache)
	s.images, err = images.Ensure(ctx, images.Options{
		Specs: wanted, Store: s.store, Source: source, Mirror: s.options.Mirror, Pins: s.pins,
		RegistryAnswers: &s.machine.Registry, Memory: int64(s.machine.MemoryBytes), Cores: s.machine.Cores, Sink: sink,
	})
	if err != nil {
		return err
	}
	return s.checkImages()
}

func (s *state) deployReleases(ctx context.Context, sink event.Sink) error {
	o, err := s.deployment(sink)
	if err != nil {
		return err
	}
	unlock, err := s.lock()
	if err != nil {
		return err
	}
	defer unlock()
	o.Alone = s.run.Mine()
	begun := beginnings{}
	o.Sink = event.Tee(sink, begun.note)
	watched := watchAddresses(ctx, s.content, o.REST)
	results, err := deploy.Deploy(ctx, o)
	seen := watched()
	if first := deploy.First(o.Releases, results); first != nil {
		s.result = firstCertificate(*first, begun.served(*first, seen))
	}
	return err
}

// lock keeps other processes from working with the run, unless this one does so
// already. A cluster of the user's has no lock.
func (s *state) lock() (unlock func(), err error) {
	if s.run.Mine() || s.options.Kubeconfig != "" {
		return func() {}, nil
	}
	return s.run.Lock()
}

// awaitLater waits for the releases that nothing had to wait for until now.
func (s *state) awaitLater(ctx context.Context, sink event.Sink) error {
	if len(deploy.Later(s.content.Releases)) == 0 {
		return skipped("no release may become ready later")
	}
	o, err := s.deployment(sink)
	if err != nil {
		return err
	}
	_, err = deploy.AwaitLater(ctx, o)
	return err
}

func (s *state) deployment(sink event.Sink) (deploy.Options, error) {
	config, err := s.rest()
	return deploy.Options{
		Releases: s.content.Releases, Namespaces: s.content.Namespaces, Dir: s.content.Dir, REST: config,
		Labels: map[string]string{runs.Label: s.run.Name}, Sink: sink,
	}, err
}

// proveLogs finds a line of the website in Loki.
func (s *state) proveLogs(ctx context.Context, sink event.Sink) error {
	if s.content.Logs == nil {
		return skipped("firedrill.yaml says nothing of logs")
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	_, err = logs.Prove(ctx, logs.Options{Config: *s.content.Logs, REST: config, Sink: sink})
	return err
}

// visitAddresses asks for what people reach by name, as they do.
func (s *state) visitAddresses(ctx context.Context, sink event.Sink) error {
	c := s.content
	if c.Addresses == nil {
		return skipped("firedrill.yaml names no addresses")
	}
	config, err := s.rest()
	if err != nil {
		return err
	}
	_, err = addresses.Check(ctx, addresses.Options{Config: *c.Addresses, Names: *c.Names, REST: config, Sink: sink})
	return err
}

func (s *state) holdDrills(ctx context.Context, sink event.Sink) error {
	_, err := s.drill(ctx, sink, Drilling{})
	return err
}
