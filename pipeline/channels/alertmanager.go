package channels

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"firedrill/pipeline/poll"
	"firedrill/pipeline/server"
)

// between is the time between two looks at the counters.
const between = 250 * time.Millisecond

// API is what is asked of an Alertmanager: one and the same of several, as each
// notifies of what it was told and counts what it sent.
type API interface {
	Get(ctx context.Context, path string) ([]byte, error)
	Post(ctx context.Context, path string, body []byte) error
}

// Alertmanager sends through Alertmanager, which has no test of its own: an alarm
// is posted whose label leads it to one receiver, and the counters of what was
// sent are read before and after.
type Alertmanager struct{ API API }

// Send implements Sender.
func (a Alertmanager) Send(ctx context.Context, summary string) ([]Result, error) {
	var status struct {
		Config struct {
			Original string `json:"original"`
		} `json:"config"`
	}
	text, err := a.API.Get(ctx, "/api/v2/status")
	if err == nil {
		err = json.Unmarshal(text, &status)
	}
	if err != nil {
		return nil, fmt.Errorf("read Alertmanager's configuration: %w", err)
	}
	receivers, err := receiversOf(status.Config.Original)
	if err != nil {
		return nil, err
	}
	var all []Result
	for _, r := range receivers {
		results, err := a.test(ctx, r, summary)
		if err != nil {
			return all, fmt.Errorf("test receiver %s of Alertmanager: %w", r.name, err)
		}
		all = append(all, results...)
	}
	return all, nil
}

// test sends through one receiver, and takes the alarm back.
func (a Alertmanager) test(ctx context.Context, r receiver, summary string) ([]Result, error) {
	results := []Result{}
	for _, name := range slices.Sorted(maps.Keys(r.integrations)) {
		results = append(results, Result{By: "alertmanager", Receiver: r.name, Integration: name})
	}
	if len(results) == 0 { // one that is to notify nobody
		return nil, nil
	}
	if !r.routed {
		for i := range results {
			results[i].Problem = fmt.Sprintf("no route leads tests to it; add one, first of all, with receiver: %s, matchers: ['%s=%q'] and group_wait: 0s",
				r.name, server.ReceiverLabel, r.name)
		}
		return results, nil
	}
	before, err := a.API.Get(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := a.post(ctx, r, summary, began, began.Add(5*time.Minute)); err != nil {
		return nil, err
	}
	err = a.watch(ctx, r, string(before), results)
	// What was sent is taken back also when nobody waits any more.
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if undo := a.post(back, r, summary, began, time.Now()); err == nil {
		err = undo
	}
	return results, err
}

// perReceiver is how long one receiver is given.
const perReceiver = 10 * time.Second

// watch reads the counters until every integration has delivered, or the time
// is up: the results then say what was missing.
func (a Alertmanager) watch(ctx context.Context, r receiver, before string, results []Result) error {
	within, cancel := context.WithTimeout(ctx, perReceiver)
	defer cancel()
	var failed error
	err := poll.Until(within, between, func() bool {
		now, err := a.API.Get(within, "/metrics")
		if failed = err; err != nil {
			return false
		}
		done := true
		for i := range results {
			judge(&results[i], r, before, string(now))
			done = done && results[i].Delivered
		}
		return done
	})
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil && results[0].Problem == "":
		return failed // the counters were never read
	}
	return nil
}

func judge(result *Result, r receiver, before, now string) {
	name := result.Integration
	grown := countsOf(now, r.name, name).minus(countsOf(before, r.name, name))
	switch {
	case grown.attempts-grown.failures >= float64(r.integrations[name]):
		result.Delivered, result.Problem = true, ""
	case grown.failures > 0:
		result.Problem = fmt.Sprintf("%.0f of %.0f attempts failed; Alertmanager's log tells why", grown.failures, grown.attempts)
	default:
		result.Problem = fmt.Sprintf("no attempt within %s", perReceiver)
	}
}

func (a Alertmanager) post(ctx context.Context, r receiver, summary string, from, until time.Time) error {
	body, err := json.Marshal([]any{map[string]any{
		"labels":      map[string]string{"alertname": Alertname, "drill": "true", server.ReceiverLabel: r.name, "severity": "info"},
		"annotations": map[string]string{"summary": summary, "description": "Sent by `firedrill channels test`."},
		"startsAt":    from, "endsAt": until,
	}})
	if err != nil {
		return err
	}
	return a.API.Post(ctx, "/api/v2/alerts", body)
}
