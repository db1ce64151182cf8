package drill

import (
	"context"
	"fmt"
	"strings"
	"time"

	"firedrill/pipeline/event"
	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

const (
	// quietFor is how long nothing may fire before it counts as quiet, and
	// quietDeadline how long that is waited for.
	quietFor      = 10 * time.Second
	quietDeadline = time.Minute
)

// quiet waits until nothing has fired, or was about to, for a while, and every
// rule is evaluated: an alarm that fires before the drills makes what they see
// worthless, and a rule that cannot be evaluated fires never. It is an item of
// its own.
func (o Options) quiet(ctx context.Context, item string) error {
	task := o.Sink.Start(item)
	return task.End(o.untilQuiet(ctx, task), nil)
}

func (o Options) untilQuiet(ctx context.Context, task *event.Task) error {
	waiting, cancel := context.WithTimeout(ctx, quietDeadline)
	defer cancel()
	var reasons []string
	begin := time.Now()
	say := poll.Changes(func(text string) { task.Progress(text) })
	err := poll.Until(waiting, watchInterval, func() bool {
		now := o.reasons(waiting)
		if waiting.Err() != nil {
			return false // what was seen before is the last state
		}
		if reasons = now; len(reasons) > 0 {
			begin = time.Now()
			say("not quiet: " + strings.Join(reasons, "; "))
			return false
		}
		return time.Since(begin) >= quietFor
	})
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: %w", context.Cause(ctx))
	case len(reasons) == 0:
		return fmt.Errorf("not quiet for %s on end within %s", quietFor, quietDeadline)
	}
	return fmt.Errorf("not quiet within %s; mend what these tell of, or the rules:\n  %s", quietDeadline, strings.Join(reasons, "\n  "))
}

// reasons says why it is not quiet; nothing when it is.
func (o Options) reasons(ctx context.Context) []string {
	var reasons []string
	rulers := o.Servers.rulers()
	for _, by := range allWays() {
		if rulers[by] == nil {
			continue
		}
		rules, err := rulers[by].Rules(ctx)
		if err != nil {
			reasons = append(reasons, err.Error())
			continue
		}
		for _, rule := range rules {
			reasons = append(reasons, o.unquiet(by, rule)...)
		}
	}
	return reasons
}

func (o Options) unquiet(by string, rule server.Rule) []string {
	var reasons []string
	if rule.Health != "ok" && o.Against == nil {
		text := fmt.Sprintf("rule %s in %s has health %q", rule.Name, by, rule.Health)
		if rule.LastError != "" {
			text += ": " + rule.LastError
		}
		reasons = append(reasons, text)
	}
	for _, a := range rule.Alarms {
		seen := active{by: by, rule: rule.Name, alarm: a}
		foreign := o.Against != nil && a.Labels["namespace"] != o.Against.Namespace
		if rule.Name != watchdog && !foreign && !isMutant(a) {
			reasons = append(reasons, a.State+": "+addSeen(nil, seen)[0].told())
		}
	}
	return reasons
}

// namespace bounds what counts of alarms; "" for all.
func (o Options) namespace() string {
	if o.Against == nil {
		return ""
	}
	return o.Against.Namespace
}
