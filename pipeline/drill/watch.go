package drill

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

// watchInterval is how often all alarms are looked at while drills are held.
const watchInterval = time.Second

// answerWithin is how long a look waits for one of them: what the others evaluate
// must be seen while somebody is away, whose answer may never come. A busy machine
// is given two intervals.
const answerWithin = 2 * watchInterval

// watchdog is the rule whose alarm always fires: it proves that alarms arrive.
const watchdog = "Watchdog"

// active is an alarm as a look has found it.
type active struct {
	by, rule string
	alarm    server.Alarm
}

// is tells whether the alarm is of that rule with those labels.
func (a active) is(rule string, labels map[string]string) bool {
	return a.rule == rule && carries(a.alarm.Labels, labels)
}

// watch looks at the alarms of everybody who evaluates rules while drills are
// held, for what no single drill would see: alarms that nobody announced, and
// alarms that do not stay as they are.
type watch struct {
	rulers map[string]Ruler
	// namespace bounds what counts, by the alarm's label; "" for everything.
	namespace string

	mu      sync.Mutex
	running []*watched
	// looks counts those that are done, alarms and answered are the last one's.
	looks    int
	alarms   []active
	answered map[string]error
	// known is the noise that has been told, while it lasts.
	known map[string]bool
}

func newWatch(s Servers, namespace string) *watch {
	return &watch{rulers: s.rulers(), namespace: namespace, known: map[string]bool{}}
}

// rulers are those who evaluate rules, by their way.
func (s Servers) rulers() map[string]Ruler {
	rulers := map[string]Ruler{WayPrometheus: s.Prometheus, WayInbox: s.Inbox}
	if s.Grafana != nil {
		rulers[WayGrafana] = s.Grafana
	}
	if s.Loki != nil {
		rulers[WayLoki] = s.Loki
	}
	return rulers
}

// start looks until the function that it returns is called.
func (w *watch) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = poll.Until(ctx, watchInterval, func() bool { w.look(ctx); return false })
	}()
	return func() { cancel(); <-done }
}

// look asks everybody once. Who does not answer may be what a drill has
// broken; what he evaluates is not known then.
func (w *watch) look(ctx context.Context) {
	alarms, answered := lookAround(ctx, w.rulers)
	if ctx.Err() != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks++
	w.alarms, w.answered = alarms, answered
	for _, x := range w.running {
		x.observe(alarms, answered, time.Now())
	}
	w.listen()
}

// lookAround returns the alarms of all rulers, of those who answered, in a
// fixed order.
func lookAround(ctx context.Context, rulers map[string]Ruler) (alarms []active, answered map[string]error) {
	var group sync.WaitGroup
	found := map[string]*[]server.Rule{}
	errs := map[string]*error{}
	for by, ruler := range rulers {
		rules, err := new([]server.Rule), new(error)
		found[by], errs[by] = rules, err
		group.Go(func() {
			ctx, cancel := context.WithTimeoutCause(ctx, answerWithin, fmt.Errorf("%s has not told its rules within %s", by, answerWithin))
			defer cancel()
			*rules, *err = ruler.Rules(ctx)
		})
	}
	group.Wait()
	answered = map[string]error{}
	for _, by := range allWays() {
		if found[by] == nil {
			continue
		}
		answered[by] = *errs[by]
		for _, rule := range *found[by] {
			for _, a := range rule.Alarms {
				if isMutant(a) {
					continue
				}
				alarms = append(alarms, active{by: by, rule: rule.Name, alarm: a})
			}
		}
	}
	return alarms, answered
}

// isMutant tells an alarm of a rule that is wrong on purpose (docs/rules.md): it
// goes to nobody, so it is no noise.
func isMutant(a server.Alarm) bool { return a.Labels["mutant"] != "" }

// begin has the drill's alarms watched.
func (w *watch) begin(d Drill, ways []string) *watched {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := &watched{drill: d, ways: map[string]*sighting{}}
	for _, way := range ways {
		// Who is disturbed may forget what fired; that is not the alarm's doing.
		if !slices.Contains(d.Disturbs, way) {
			x.ways[way] = &sighting{}
		}
	}
	w.running = append(w.running, x)
	return x
}

// end has them watched no more and returns what was seen.
func (w *watch) end(x *watched) watched {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = slices.DeleteFunc(w.running, func(other *watched) bool { return other == x })
	return *x
}

// repairs tells that from now on the drill's alarm may end.
func (w *watch) repairs(x *watched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x.repaired = true
}
