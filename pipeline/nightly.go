package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"firedrill/pipeline/content"
	"firedrill/pipeline/event"
	"firedrill/pipeline/history"
	"firedrill/pipeline/images"
	"firedrill/pipeline/snapshot"
)

// NightlyOptions are those of a night, besides the common ones.
type NightlyOptions struct {
	Options
	// History is the folder of the history; "" is that of the report.
	History string
	// FromNothing drops the images and the build caches first.
	FromNothing bool
}

// night is what the steps of a night hand on besides the state.
type night struct {
	*state
	o             NightlyOptions
	policy        []snapshot.Exclusion
	salt          []byte
	first, second snapshot.Snapshot
	// differences is nil until the deployments were compared.
	differences *int
}

// Nightly does the whole job, tears everything down, deploys a second time and
// compares the two deployments. How long it all took goes into the history.
func Nightly(ctx context.Context, o NightlyOptions) error {
	return o.attempt(ctx, func() error { return nightly(ctx, o) })
}

func nightly(ctx context.Context, o NightlyOptions) error {
	if o.Kubeconfig != "" {
		return errors.New("a night tears its cluster down and makes it again, which is done to no cluster of yours: leave out --kubeconfig")
	}
	if o.History == "" {
		o.History = o.Out
	}
	s, err := loadedState(ctx, o.Options)
	if err != nil {
		return err
	}
	n := &night{state: s, o: o, salt: snapshot.NewSalt()}
	if n.policy, err = driftPolicy(s.content); err != nil {
		return err
	}
	if err := s.prepareScans(); err != nil {
		return err
	}
	if err := history.Check(o.History); err != nil {
		return err
	}
	return s.session(ctx, func() []step {
		s.behind = []step{{stepHistory, n.remember}}
		making := slices.Insert(s.making(), 1, step{"prune", n.prune}) // before the images
		return slices.Concat(making, s.deploying(), s.proving(), []step{
			{"snapshot", n.takeFirst},
			{"redeploy", n.redeploy},
			{"drift", n.compare},
		})
	})
}

// driftPolicy is empty without a file in the folder of policies.
func driftPolicy(c *content.Content) ([]snapshot.Exclusion, error) {
	path := policyFile(c, "drift.yaml")
	if path == "" {
		return nil, nil
	}
	return snapshot.LoadPolicy(path)
}

// prune drops images and caches, unless another run works with them.
func (n *night) prune(_ context.Context, sink event.Sink) error {
	if !n.o.FromNothing {
		return skipped("images and caches are kept; --from-nothing drops them")
	}
	all, err := n.options.runs().List()
	if err != nil {
		return err
	}
	for _, run := range all {
		if run.Name != n.run.Name && run.Busy() {
			return fmt.Errorf("drop images and caches: run %s works with them; wait for its end, or leave out --from-nothing", run.Name)
		}
	}
	removed, err := images.Open(n.options.Cache).Prune(true)
	for _, r := range removed {
		sink.Start(r.What).End(nil, nil) //nolint:errcheck // It gives back the nil that it was given.
	}
	return err
}
