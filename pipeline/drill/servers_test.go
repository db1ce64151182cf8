package drill

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"time"

	"firedrill/pipeline/server"
)

var alarmLabels = map[string]string{"alertname": "WebsiteDown", "namespace": "demo", "job": "probe"}

// rule is the drill's rule with its alarm on that course.
func (w *world) rule(c course, activeMoves bool) server.Rule {
	rule := server.Rule{
		Name: "WebsiteDown", Query: `probe_success{job="probe"} == 0`,
		Interval: 2 * time.Second, For: 3 * time.Second, Health: "ok",
	}
	if !w.since(w.down, c.pending) || w.since(w.up, c.ended) {
		return rule
	}
	a := server.Alarm{Labels: alarmLabels, State: "pending", ActiveAt: w.down.Add(c.pending)}
	if w.since(w.down, c.firing) {
		a.State = "firing"
		if activeMoves {
			a.ActiveAt = w.down.Add(c.firing)
		}
	}
	rule.Alarms = []server.Alarm{a}
	return rule
}

func (w *world) heldOn(c course, receiver string) []server.Held {
	if !w.since(w.down, c.held) || w.since(w.up, c.ended) {
		return nil
	}
	return []server.Held{{
		Labels: alarmLabels, Receivers: []string{receiver}, State: "active",
		StartsAt: w.down.Add(c.firing), UpdatedAt: w.down.Add(c.held),
	}}
}

type prometheusOf struct{ *world }

func (p prometheusOf) Rule(context.Context, string) (server.Rule, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rule(p.course, false), p.prometheusErr
}

func (p prometheusOf) Rules(ctx context.Context) ([]server.Rule, error) {
	if p.by != "" {
		return p.others[WayPrometheus], p.prometheusErr
	}
	rule, err := p.Rule(ctx, "")
	return append([]server.Rule{rule}, p.others[WayPrometheus]...), err
}

func (p prometheusOf) Relabelled(_ context.Context, labels map[string]string) (map[string]string, error) {
	labels = maps.Clone(labels)
	maps.Copy(labels, p.marks)
	return labels, nil
}

func (p prometheusOf) Values(context.Context, string) ([]float64, error) {
	return make([]float64, p.series), p.prometheusErr
}

// limitBytes is the value of the graph's limit, and of a graph that has come to it.
const limitBytes = 96

func (p prometheusOf) Range(_ context.Context, query string, from, to time.Time, step time.Duration) ([]server.Sample, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	limit := query == p.limit && query != ""
	if limit && p.limitErr != nil {
		return nil, p.limitErr
	}
	var samples []server.Sample
	for t := from; !t.After(to); t = t.Add(step) {
		s := server.Sample{Time: t}
		if limit || p.drawn > 0 && !t.Before(p.down.Add(p.drawn)) {
			s.Value = limitBytes
		}
		samples = append(samples, s)
	}
	return samples, p.prometheusErr
}

func (p prometheusOf) ScrapeInterval(_ context.Context, jobs *regexp.Regexp) (time.Duration, error) {
	if !jobs.MatchString("probe") || jobs.MatchString("node") {
		return 0, errors.New("asked for the wrong jobs: " + jobs.String())
	}
	return time.Second, nil
}

type alertmanagerOf struct{ *world }

func (a alertmanagerOf) Alarms(context.Context, string) ([]server.Held, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.heldOn(a.course, "website"), nil
}

func (a alertmanagerOf) Away(context.Context, string, map[string]string) error { return a.awayErr }

func (a alertmanagerOf) GroupWait(_ context.Context, receivers []string) (time.Duration, error) {
	if !slices.Equal(receivers, []string{"website"}) {
		return 0, errors.New("asked for the wrong receivers")
	}
	return time.Second, nil
}

type grafanaOf struct{ *world }

func (g grafanaOf) Rule(context.Context, string) (server.Rule, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	rule := g.rule(g.grafana, true)
	rule.Interval = 10 * time.Second
	return rule, g.grafanaErr
}

func (g grafanaOf) Rules(ctx context.Context) ([]server.Rule, error) {
	if g.by != "" {
		return g.others[WayGrafana], g.grafanaErr
	}
	rule, err := g.Rule(ctx, "")
	return append([]server.Rule{rule}, g.others[WayGrafana]...), err
}

func (g grafanaOf) Alarms(context.Context, string) ([]server.Held, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.heldOn(g.grafana, "inbox"), nil
}

func (g grafanaOf) Away(context.Context, string, map[string]string) error { return g.grafanaAwayErr }

func (g grafanaOf) GroupWait(_ context.Context, receivers []string) (time.Duration, error) {
	if !slices.Equal(receivers, []string{"inbox"}) {
		return 0, errors.New("asked for the wrong receivers")
	}
	return 2 * time.Second, nil
}

func (g grafanaOf) Root(context.Context) (string, error) { return "https://grafana.example.org/", nil }

func (g grafanaOf) Dashboard(_ context.Context, uid string) (server.Dashboard, error) {
	if uid != "website" {
		return server.Dashboard{}, fmt.Errorf("%w: %q", server.ErrNoDashboard, uid)
	}
	return g.board, nil
}

func (g grafanaOf) Page(_ context.Context, path string, query url.Values) error {
	if path != "d/website/website" || query.Get("viewPanel") == "" {
		return errors.New("asked for the wrong page: " + path + "?" + query.Encode())
	}
	return g.pageErr
}

type inboxOf struct{ *world }

func (i inboxOf) Rules(ctx context.Context) ([]server.Rule, error) { return i.rulesOf(ctx, WayInbox) }

func (i inboxOf) Rule(ctx context.Context, name string) (server.Rule, error) {
	return i.ruleOf(ctx, WayInbox, name)
}

// lokiOf is a ruler that nobody has rules for unless the world says so.
type lokiOf struct{ *world }

func (l lokiOf) Rules(ctx context.Context) ([]server.Rule, error) { return l.rulesOf(ctx, WayLoki) }

func (l lokiOf) Rule(ctx context.Context, name string) (server.Rule, error) {
	return l.ruleOf(ctx, WayLoki, name)
}

// rulesOf are those that somebody else than Prometheus evaluates: the drill's, if
// it is his.
func (w *world) rulesOf(_ context.Context, by string) ([]server.Rule, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := slices.Clone(w.others[by])
	if w.by == by {
		rule := w.rule(w.course, false)
		rule.Query = `sum(rate({app="website"}[10s])) > 5`
		all = append(all, rule)
	}
	return all, nil
}

func (w *world) ruleOf(ctx context.Context, by, name string) (server.Rule, error) {
	all, err := w.rulesOf(ctx, by)
	for _, r := range all {
		if r.Name == name {
			return r, err
		}
	}
	return server.Rule{}, errors.New(by + " has no rule " + name)
}

func (i inboxOf) Since(_ context.Context, id int64) ([]server.Notification, int64, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	notes := i.allNotes()
	if int(id) > len(notes) {
		id = 0 // a new life
	}
	return notes[id:], int64(len(notes)), nil
}

// allNotes are those of this fault and of all before.
func (w *world) allNotes() []server.Notification {
	notes := w.notes(w.course, receiverOf(w.by))
	if w.by == "" {
		notes = slices.Concat(notes, w.notes(w.grafana, "grafana"))
	}
	if w.besides != nil {
		notes = slices.Concat(notes, w.besides())
	}
	slices.SortStableFunc(notes, func(a, b server.Notification) int { return a.Received.Compare(b.Received) })
	notes = slices.Concat(w.past, notes)
	for n := range notes {
		notes[n].ID = int64(n + 1)
	}
	return notes
}

// notes are what came by one way until now.
func (w *world) notes(c course, receiver string) []server.Notification {
	var notes []server.Notification
	add := func(status string, start time.Time, webhook, mail time.Duration) {
		if w.since(start, webhook) {
			a := server.Notified{Status: status, Labels: maps.Clone(alarmLabels), Annotations: maps.Clone(w.annotations), StartsAt: w.down.Add(c.firing)}
			maps.Copy(a.Labels, w.sent)
			if status == "resolved" {
				a.EndsAt = start.Add(c.ended)
			}
			notes = append(notes, server.Notification{
				Channel: "webhook", Receiver: receiver, Received: start.Add(webhook), Alarms: []server.Notified{a},
			})
		}
		if w.since(start, mail) {
			notes = append(notes, server.Notification{
				Channel: "mail", Receiver: receiver + "@firedrill.example", Received: start.Add(mail),
				Alarms: []server.Notified{{Status: status, Text: "WebsiteDown in demo", Annotations: maps.Clone(w.annotations)}},
			})
		}
	}
	add("firing", w.down, c.notified, c.mailed)
	if w.again > 0 {
		add("firing", w.down, w.again, never)
	}
	add("resolved", w.up, c.resolved, c.resolved+300*time.Millisecond)
	return notes
}
