package pipeline

import (
	"context"
	"errors"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/images"
	"firedrill/pipeline/machine"
)

// Doctor inspects the machine. With fix it applies the safe fixes and looks
// again.
func Doctor(ctx context.Context, o Options, fix bool) (*machine.Machine, error) {
	l, err := load(ctx, o)
	if err != nil {
		return nil, err
	}
	look := o.machine(l.specs)
	found, err := machine.Inspect(ctx, look, nil)
	if err != nil || !fix || found.Ready() == nil {
		return found, err
	}
	s := &state{options: o}
	err = s.do(ctx, step{"machine", func(ctx context.Context, sink event.Sink) error { return machine.Fix(ctx, found, sink) }})
	if err != nil {
		return nil, err
	}
	return machine.Inspect(ctx, look, nil)
}

// Images gets every image into the store.
func Images(ctx context.Context, o Options) error {
	s, err := loadedState(ctx, o)
	if err != nil || o.CheckOnly {
		return err
	}
	s.scanners = true
	return s.play(ctx, []step{
		{"machine", func(ctx context.Context, sink event.Sink) (err error) {
			s.machine, err = machine.Inspect(ctx, o.machine(s.specs), sink)
			return err
		}},
		{"images", s.ensureImages},
	})
}

// LoadImages gets every image into the store and from there into the nodes.
func LoadImages(ctx context.Context, o Options) error {
	s, err := loadedState(ctx, o)
	if err != nil {
		return err
	}
	if o.Kubeconfig != "" {
		return errors.New("images go into the nodes of a run's cluster only; a cluster of --kubeconfig pulls its own")
	}
	if err := s.findCluster(ctx); err != nil {
		return err
	}
	return s.play(ctx, []step{
		{"machine", s.inspectMachine},
		{"images", s.ensureImages},
		{"cluster", func(ctx context.Context, sink event.Sink) error {
			_, others, err := s.splitImages()
			if err != nil {
				return err
			}
			if err := s.openCluster(ctx); err != nil {
				return err
			}
			return s.cluster.Load(ctx, others, s.store.WriteOCIArchive, sink)
		}},
	})
}

// openCluster takes the run's cluster, in the engine that it was made with.
func (s *state) openCluster(ctx context.Context) error {
	engine, err := s.engineOf(ctx, s.run)
	if err != nil {
		return err
	}
	s.cluster, err = cluster.Open(ctx, s.runner, engine, s.run.Name, s.run.Kubeconfig())
	return err
}

// VerifyImages checks that the store's images are what they should be, and made
// from what is there now. With demanded, each must have been built here.
func VerifyImages(ctx context.Context, o Options, demanded bool) error {
	s, err := loadedState(ctx, o)
	if err != nil {
		return err
	}
	return s.do(ctx, step{"images", func(ctx context.Context, sink event.Sink) error {
		return images.Verify(ctx, images.Options{Specs: s.specs, Store: images.Open(o.Cache), Sink: sink}, demanded)
	}})
}

// PushImages copies the store's images to the mirror and writes their digests
// to the file pins.
func PushImages(ctx context.Context, o Options, pins string) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.Mirror == "" {
		return errors.New("--registry-mirror is missing: where are the images to be pushed to?")
	}
	s := &state{options: o}
	return s.do(ctx, step{"images", func(ctx context.Context, sink event.Sink) error {
		digests, err := images.Open(o.Cache).Push(ctx, o.Mirror, sink)
		if err != nil {
			return err
		}
		return digests.Write(pins)
	}})
}

// Drills reads the drills and checks them.
func Drills(ctx context.Context, o Options) ([]drill.Drill, error) {
	l, err := load(ctx, o)
	return l.drills, err
}
