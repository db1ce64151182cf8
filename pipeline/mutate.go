package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"firedrill/pipeline/content"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/event"
	"firedrill/pipeline/mutation"
	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

const (
	// mutantsLoaded is how long Prometheus may take to evaluate the mutants after
	// the deployment.
	mutantsLoaded = 2 * time.Minute
	// mutantsRemoved is how long their removal may take, also after Ctrl-C.
	mutantsRemoved = 5 * time.Minute
)

// Mutants lists the mutants of the rules, and the rules that are left out.
func Mutants(o Options) ([]mutation.Mutant, []string, error) {
	l, err := load(o)
	if err != nil {
		return nil, nil, err
	}
	return mutation.Of(l.rules)
}

// MutateRules loads the mutants beside the rules, by the value rules.extra of the
// chart of that release, holds every drill, takes the mutants out again, and says
// which of them the drills would not have noticed.
func MutateRules(ctx context.Context, o Options, release string) (r mutation.Report, err error) {
	s, err := loadedState(o)
	if err != nil {
		return r, err
	}
	mutants, left, err := mutation.Of(s.rules)
	if err != nil {
		return r, err
	}
	policy, err := mutation.LoadPolicy(filepath.Join(s.content.Policies, "mutants.yaml"), mutants)
	if err != nil {
		return r, err
	}
	mutated, err := withMutants(s.content, release, mutants)
	if err != nil {
		return r, err
	}
	if err := s.findCluster(); err != nil {
		return r, err
	}
	m := &mutating{state: s, mutants: mutants, original: s.content, mutated: mutated}
	if err := m.run(ctx); err != nil {
		return r, err
	}
	return mutation.Judge(mutants, left, m.held(), m.recorded, policy)
}

// withMutants is the content whose release loads the mutants.
func withMutants(c *content.Content, release string, mutants []mutation.Mutant) (*content.Content, error) {
	i := slices.IndexFunc(c.Releases, func(r deploy.Release) bool { return r.Name == release })
	if i < 0 {
		return nil, fmt.Errorf("there is no release %q whose chart could load the mutants; name it with --release", release)
	}
	values, err := mutation.Values(mutants)
	if err != nil {
		return nil, err
	}
	changed := *c
	changed.Releases = slices.Clone(c.Releases)
	set := maps.Clone(c.Releases[i].Set)
	if set == nil {
		set = map[string]any{}
	}
	if _, taken := set["rules"]; taken {
		return nil, fmt.Errorf("release %s sets rules in firedrill.yaml; give those values in a file, so that rules.extra can be set besides", release)
	}
	maps.Copy(set, values)
	changed.Releases[i].Set = set
	return &changed, nil
}

// mutating is a run with mutants.
type mutating struct {
	*state
	mutants           []mutation.Mutant
	original, mutated *content.Content
	results           []drill.Result
	recorded          mutation.Recorded
}

// run takes the mutants out again whatever happens.
func (m *mutating) run(ctx context.Context) (err error) {
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mutantsRemoved)
		defer cancel()
		m.content = m.original
		err = errors.Join(err, m.do(ctx, step{"deploy", m.deployReleases}))
	}()
	m.content = m.mutated
	if err := m.do(ctx, step{"deploy", m.deployReleases}); err != nil {
		return err
	}
	return m.do(ctx, step{"drill", m.observe})
}

// observe records the mutants' alarms while the drills are held, and until each
// has had its time to end. A drill that fails proves nothing of its rule's
// mutants, which then survive; it does not keep back the others.
func (m *mutating) observe(ctx context.Context, sink event.Sink) error {
	config, err := m.rest()
	if err != nil {
		return err
	}
	proxy, err := server.NewProxy(config, m.content.Endpoints.Prometheus)
	if err != nil {
		return err
	}
	prometheus, err := server.NewPrometheus(proxy)
	if err != nil {
		return err
	}
	if err := m.untilLoaded(ctx, prometheus); err != nil {
		return err
	}
	recording, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	group.Go(func() { m.recorded = mutation.Record(recording, prometheus) })
	var lock sync.Mutex
	failed := m.holdDrills(ctx, func(e event.Event) {
		if r, is := e.Result.(drill.Result); is {
			lock.Lock()
			m.results = append(m.results, r)
			lock.Unlock()
		}
		sink(e)
	})
	if ctx.Err() == nil {
		rest := time.Until(mutation.Needed(m.held())) + 2*mutation.Step
		late, cancel := context.WithTimeout(ctx, max(rest, 0))
		<-late.Done()
		cancel()
	}
	stop()
	group.Wait()
	if ctx.Err() != nil {
		return errors.Join(failed, context.Cause(ctx))
	}
	return nil
}

// untilLoaded waits until Prometheus evaluates the last of the mutants.
func (m *mutating) untilLoaded(ctx context.Context, prometheus *server.Prometheus) error {
	i := slices.IndexFunc(m.mutants, func(m mutation.Mutant) bool { return m.Expr != "" })
	if i < 0 {
		return errors.New("there is no mutant to load: Prometheus evaluates none of the rules")
	}
	within, cancel := context.WithTimeout(ctx, mutantsLoaded)
	defer cancel()
	last := ""
	err := poll.Until(within, time.Second, func() bool {
		rule, err := prometheus.Rule(within, m.mutants[i].Name)
		if err != nil {
			last = err.Error()
			return false
		}
		last = "its health is " + rule.Health
		return rule.Health == "ok"
	})
	if err != nil {
		return fmt.Errorf("mutant %s is not evaluated by Prometheus within %s of its deployment (does the chart load the value rules.extra?): %s",
			m.mutants[i].Name, mutantsLoaded, last)
	}
	return nil
}

// held are the drills that passed by way of Prometheus.
func (m *mutating) held() []mutation.Held {
	var all []mutation.Held
	for _, r := range m.results {
		i := slices.IndexFunc(m.drills, func(d drill.Drill) bool { return d.Name == r.Name })
		if r.Status != drill.Passed || i < 0 || len(r.Ways) == 0 || r.Ways[0].Times.Fault == nil || r.Ways[0].Times.Repair == nil {
			continue
		}
		d, t := m.drills[i], r.Ways[0].Times
		alarm, end := d.Deadlines()
		all = append(all, mutation.Held{
			Drill: d.Name, Rule: d.Rule, Labels: d.Labels,
			Began: r.Began, Fault: *t.Fault, Repair: *t.Repair, AlarmWithin: alarm, EndWithin: end,
		})
	}
	return all
}
