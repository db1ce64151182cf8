package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"firedrill/pipeline/content"
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

// mutating is a run with mutants.
type mutating struct {
	*state
	mutants           []mutation.Mutant
	original, mutated *content.Content
	results           []drill.Result
	recorded          mutation.Recorded
}

// run takes the mutants out again whatever happens. The run is its own until
// then: who removed it or held drills of his own would spoil what is recorded,
// and keep the mutants from being taken out.
func (m *mutating) run(ctx context.Context) (err error) {
	unlock, err := m.lock()
	if err != nil {
		return err
	}
	defer unlock()
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
	return m.unheld(failed)
}

// unheld is why no drill was held, if none was: nobody has watched the mutants
// then, and none of them has survived anything.
func (m *mutating) unheld(failed error) error {
	if len(m.results) > 0 {
		return nil
	}
	return failed
}

// ruler is who evaluates the mutants.
type ruler interface {
	Rule(ctx context.Context, name string) (server.Rule, error)
}

// untilLoaded waits until Prometheus evaluates the last of the mutants.
func (m *mutating) untilLoaded(ctx context.Context, prometheus ruler) error {
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

// held are the drills as they went.
func (m *mutating) held() []mutation.Held {
	var all []mutation.Held
	for _, r := range m.results {
		i := slices.IndexFunc(m.drills, func(d drill.Drill) bool { return d.Name == r.Name })
		if i < 0 {
			continue
		}
		d := m.drills[i]
		h := mutation.Held{
			Drill: d.Name, Alarm: mutation.Alarm{Rule: d.Rule, Labels: d.Labels}, Passed: r.Status == drill.Passed,
			Began: r.Began, Ended: r.Ended, Namespaces: []string{"drill-" + d.Name},
		}
		h.AlarmWithin, h.EndWithin = d.Deadlines()
		for _, a := range d.Also {
			h.Also = append(h.Also, mutation.Alarm{Rule: a.Rule, Labels: a.Labels})
		}
		for _, key := range d.Disturbs {
			if namespace, is := strings.CutPrefix(key, "namespace/"); is {
				h.Namespaces = append(h.Namespaces, namespace)
			}
		}
		for _, w := range r.Ways { // the fault is one for all ways
			h.Fault, h.Repair = w.Times.Fault, w.Times.Repair
		}
		all = append(all, h)
	}
	return all
}
