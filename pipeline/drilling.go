package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/event"
	"firedrill/pipeline/machine"
	"firedrill/pipeline/rules"
	"firedrill/pipeline/runs"
)

// Drilling says how drills are held.
type Drilling struct {
	// Parallel is how many may be held at once, Repeat how often each is held;
	// 0 for the standard.
	Parallel, Repeat int
	// Against is a context of the user's kubeconfig, whose cluster others use
	// too, and Namespace the only one in which drills may change anything
	// there.
	Against, Namespace string
	// PageForReal lets alarms of drills go to whoever gets them otherwise.
	PageForReal bool
}

func (d Drilling) check() error {
	switch {
	case d.Parallel < 0 || d.Repeat < 0:
		return errors.New("--parallel and --repeat count from 1")
	case d.Against == "" && (d.Namespace != "" || d.PageForReal):
		return errors.New("--namespace and --page-for-real are for a cluster that others use too: name it with --against CONTEXT")
	case d.Against != "" && d.Namespace == "":
		return fmt.Errorf("--namespace is missing: name the only namespace of %s in which drills may change anything", d.Against)
	}
	return nil
}

// HoldDrillsAs holds drills on a cluster where the releases are deployed, and
// returns what they found, also when some failed.
func HoldDrillsAs(ctx context.Context, o Options, d Drilling) (results []drill.Result, err error) {
	o.Notify = o.Notify.with(slices.Concat(d.where(), o.Drills)...)
	err = o.onDrilled(ctx, d, func(o Options) error {
		return onCluster(ctx, o, func(s *state) []step {
			return []step{{"drill", s.sharing(func(ctx context.Context, sink event.Sink) (err error) {
				results, err = s.drill(ctx, sink, d)
				return err
			})}}
		})
	})
	return results, err
}

// TouchedByDrills says what the faults of the drills would change and which
// drills are left out, and changes nothing.
func TouchedByDrills(ctx context.Context, o Options, d Drilling) (touched []drill.Touched, left []drill.LeftOut, err error) {
	err = o.inDrilled(d, func(o Options) error {
		s, err := loadedState(ctx, o)
		if err != nil || o.CheckOnly {
			return err
		}
		if err := s.findCluster(ctx); err != nil {
			return err
		}
		servers, err := s.drillServers(ctx)
		if err != nil {
			return err
		}
		touched, left, err = drill.Touches(ctx, drill.Options{Servers: servers, Against: s.against(d)}, s.drills)
		return err
	})
	return touched, left, err
}

// RecoverDrills undoes what killed drills have left broken on the cluster that
// stands.
func RecoverDrills(ctx context.Context, o Options, d Drilling) error {
	o.Notify = o.Notify.with(append(d.where(), "--recover")...)
	return o.onDrilled(ctx, d, func(o Options) error {
		return onCluster(ctx, o, func(s *state) []step {
			return []step{{"drill", s.sharing(func(ctx context.Context, sink event.Sink) error {
				servers, err := s.drillServers(ctx)
				if err != nil {
					return err
				}
				return drill.RecoverWithin(ctx, servers.Cluster, d.Namespace, sink)
			})}}
		})
	})
}

// sharing does a step while no other process can remove the run or deploy to it,
// unless this one works with it alone already. Others may share it as well. A
// cluster of the user's has no lock.
func (s *state) sharing(do func(context.Context, event.Sink) error) func(context.Context, event.Sink) error {
	return func(ctx context.Context, sink event.Sink) error {
		if s.run.Mine() || s.options.Kubeconfig != "" {
			return do(ctx, sink)
		}
		unlock, err := s.run.Share()
		if err != nil {
			return err
		}
		defer unlock()
		return do(ctx, sink)
	}
}

// where are the words that tell one cluster, and one part of it, from another.
func (d Drilling) where() []string {
	var words []string
	if d.Against != "" {
		words = append(words, "--against", d.Against)
	}
	if d.Namespace != "" {
		words = append(words, "--namespace", d.Namespace)
	}
	return words
}

// onDrilled is inDrilled, and a failure is told.
func (o Options) onDrilled(ctx context.Context, d Drilling, work func(Options) error) error {
	return o.attempt(ctx, func() error { return o.inDrilled(d, work) })
}

// inDrilled has work done with the cluster on which drills are held.
func (o Options) inDrilled(d Drilling, work func(Options) error) error {
	if err := d.check(); err != nil {
		return err
	}
	if d.Against == "" {
		return work(o)
	}
	return inContext(o.Kubeconfig, d.Against, func(kubeconfig string) error {
		o.Kubeconfig = kubeconfig
		return work(o)
	})
}

// drill holds the drills of the state, as the step of that name.
func (s *state) drill(ctx context.Context, sink event.Sink, d Drilling) (results []drill.Result, err error) {
	if len(s.drills) == 0 {
		return nil, skipped("firedrill.yaml names no smoketests")
	}
	config, err := s.rest()
	if err != nil {
		return nil, err
	}
	nodes, err := s.nodes(ctx)
	if err != nil {
		return nil, err
	}
	o := drill.Options{Rules: s.rules, Parallel: d.Parallel, Repeat: d.Repeat, Against: s.against(d), Sink: sink}
	undo := func(servers drill.Servers) error {
		return drill.RecoverWithin(ctx, s.equip(servers, nodes).Cluster, d.Namespace, sink)
	}
	err = HoldDrills(ctx, config, s.content, undo, func(servers drill.Servers) (err error) {
		o.Servers = s.equip(servers, nodes)
		results, err = drill.RunAll(ctx, o, s.drills)
		return errors.Join(err, s.cover(results, o.Against == nil))
	})
	return results, err
}

// against is how drills are held where others use the cluster too; nil on one
// of the run's own.
func (s *state) against(d Drilling) *drill.Against {
	if d.Against == "" {
		return nil
	}
	return &drill.Against{Namespace: d.Namespace, Named: len(s.options.Drills) > 0, PageForReal: d.PageForReal}
}

// cover says of every rule that is shipped what the drills saw of it, and fails
// below the policy's share, if all were to be held.
func (s *state) cover(results []drill.Result, all bool) error {
	covered := rules.Cover(s.rules, results, s.coverage)
	s.result = alertCoverage(covered, s.coverage)
	if !all || len(s.options.Drills) > 0 {
		return nil
	}
	return covered.Below(s.coverage)
}

// drillServers are the servers of the cluster that stands, but for Grafana.
func (s *state) drillServers(ctx context.Context) (drill.Servers, error) {
	config, err := s.rest()
	if err != nil {
		return drill.Servers{}, err
	}
	servers, err := connect(config, s.content)
	if err != nil {
		return servers, err
	}
	nodes, err := s.nodes(ctx)
	return s.equip(servers, nodes), err
}

// equip adds what only the run knows.
func (s *state) equip(servers drill.Servers, nodes fault.Engine) drill.Servers {
	servers.Cluster.Engine = nodes
	servers.Cluster.Ceiling = s.options.ceiling(servers.Cluster.Ceiling)
	servers.Cluster.Labels = map[string]string{runs.Label: s.run.Name}
	return servers
}

// nodes reaches the containers of the run's own cluster; nil for a cluster of
// the user's.
func (s *state) nodes(ctx context.Context) (fault.Engine, error) {
	switch {
	case s.options.Kubeconfig != "":
		return nil, nil //nolint:nilnil // There is none, which is no mistake.
	case s.cluster != nil:
		return s.cluster, nil
	}
	look := s.options.machine(nil)
	if name := s.run.Engine(); name != "" {
		look.Engine = name
	}
	m, err := machine.Inspect(ctx, look, nil)
	if err != nil {
		return nil, err
	}
	return cluster.Open(ctx, s.runner, cluster.Engine{Name: m.Engine.Name, Env: m.Engine.Env}, s.run.Name, s.run.Kubeconfig())
}
