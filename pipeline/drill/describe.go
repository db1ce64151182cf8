package drill

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// lastSeen looks at every hop once more and describes it, a line each.
func (r *run) lastSeen(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	r.lookAll(ctx)
	lines := []string{
		"  rule: " + orError(r.seen.ruleErr, r.describeRule()),
		"  Alertmanager: " + orError(r.seen.heldErr, r.describeHeld()),
		"  inbox: " + orError(r.seen.notesErr, r.describeNotes()),
	}
	if g := r.drill.Graph; g != nil {
		values := strings.Trim(fmt.Sprint(r.seen.values), "[]")
		lines = slices.Insert(lines, 1, fmt.Sprintf("  graph: %s = %s", g.Query, orError(r.seen.valuesErr, orNothing(values))))
	}
	return strings.Join(lines, "\n")
}

func (r *run) describeRule() string {
	rule := r.seen.rule
	states := []string{}
	for _, a := range rule.Alarms {
		states = append(states, fmt.Sprintf("%s %s since %s", name(rule.Name, a.Labels), a.State, clock(a.ActiveAt)))
	}
	slices.Sort(states)
	text := joined(states, "inactive") + "; health " + rule.Health
	if rule.LastError != "" {
		text += ": " + rule.LastError
	}
	return text
}

func (r *run) describeHeld() string {
	states := []string{}
	for _, h := range r.seen.held {
		states = append(states, fmt.Sprintf("%s %s for %s",
			name(r.drill.Rule, h.Labels), h.State, strings.Join(h.Receivers, " and ")))
	}
	slices.Sort(states)
	return joined(states, "no alarm of "+r.drill.Rule)
}

func (r *run) describeNotes() string {
	notes := []string{}
	for _, n := range r.seen.notes {
		about := []string{}
		for _, a := range n.Alarms {
			about = append(about, name(a.Labels["alertname"], a.Labels)+" "+a.Status)
		}
		notes = append(notes, fmt.Sprintf("%s by %s at %s", joined(about, "something else"), n.Channel, clock(n.Received)))
	}
	return joined(notes, "nothing received since the drill began")
}

// alarmName is the drill's alarm as Prometheus writes it: WebsiteDown{namespace="demo"}.
func (r *run) alarmName() string { return name(r.drill.Rule, r.drill.Alarm.Labels) }

func name(rule string, labels map[string]string) string {
	pairs := []string{}
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		if k != "alertname" {
			pairs = append(pairs, fmt.Sprintf("%s=%q", k, labels[k]))
		}
	}
	return rule + "{" + strings.Join(pairs, ", ") + "}"
}

func clock(t time.Time) string { return t.UTC().Format("15:04:05.0Z") }

func joined(parts []string, none string) string {
	if len(parts) == 0 {
		return none
	}
	return strings.Join(parts, ", ")
}

func orError(err error, text string) string {
	if err != nil {
		return err.Error()
	}
	return text
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}
