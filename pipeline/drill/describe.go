package drill

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"firedrill/pipeline/server"
)

// lastSeen looks at every hop once more and describes it, a line each.
func (w *way) lastSeen(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	w.lookAll(ctx)
	lines := []string{
		"  rule: " + orError(w.seen.ruleErr, w.describeRule()),
	}
	if w.alertmanager != nil {
		lines = append(lines, "  "+w.name+": "+orError(w.seen.heldErr, w.describeHeld()))
	}
	lines = append(lines, "  inbox: "+orError(w.seen.notesErr, w.describeNotes()))
	if g := w.drill.Graph; g != nil && !g.Appears {
		values := strings.Trim(fmt.Sprint(w.seen.values), "[]")
		lines = slices.Insert(lines, 1, fmt.Sprintf("  graph: %s = %s", g.Query, orError(w.seen.valuesErr, orNothing(values))))
	}
	return strings.Join(lines, "\n")
}

func (w *way) describeRule() string {
	rule := w.seen.rule
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

func (w *way) describeHeld() string {
	states := []string{}
	for _, h := range w.seen.held {
		states = append(states, fmt.Sprintf("%s %s for %s",
			name(w.drill.Rule, h.Labels), h.State, strings.Join(h.Receivers, " and ")))
	}
	slices.Sort(states)
	return joined(states, "no alarm of "+w.drill.Rule)
}

// notesTold is how many of the last notifications a message names: beside other
// drills there are hundreds.
const notesTold = 6

// describeNotes tells what came by this way, and only for whom the rest was.
func (w *way) describeNotes() string {
	notes, others := []string{}, []string{}
	for _, n := range w.seen.notes {
		if !w.sent(n) {
			others = append(others, n.Receiver)
			continue
		}
		about := []string{}
		for _, a := range n.Alarms {
			about = append(about, w.nameOf(a)+" "+a.Status)
		}
		notes = append(notes, fmt.Sprintf("%s by %s at %s", joined(about, "something else"), n.Channel, clock(n.Received)))
	}
	if earlier := len(notes) - notesTold; earlier > 0 {
		notes = append([]string{fmt.Sprintf("%d earlier ones", earlier)}, notes[earlier:]...)
	}
	text := joined(notes, "nothing received for "+w.receiver+" since the drill began")
	if len(others) > 0 {
		slices.Sort(others)
		text += fmt.Sprintf("; %d for %s", len(others), strings.Join(slices.Compact(others), ", "))
	}
	return text
}

// nameOf is an alarm that was notified; a mail need not list its labels.
func (w *way) nameOf(a server.Notified) string {
	if a.Labels["alertname"] == "" && w.expects(a) {
		return w.alarmName()
	}
	return name(a.Labels["alertname"], a.Labels)
}

// alarmName is the drill's alarm as Prometheus writes it: WebsiteDown{namespace="demo"}.
func (w *way) alarmName() string { return name(w.drill.Rule, w.drill.Labels) }

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
