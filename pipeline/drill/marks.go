package drill

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"firedrill/pipeline/server"
)

// What marks an alarm as a drill's: a label, and how its summary begins.
const (
	drillLabel  = "drill"
	drillPrefix = "[DRILL]"
)

// marks tells whether notifications must say that they are of a drill.
func (o Options) marks() bool { return o.Against != nil && !o.Against.PageForReal }

// marked wants that every alarm which the drill may set off is marked on its way,
// and led to nobody but the drills' receiver.
func (o Options) marked(ctx context.Context, d Drill) error {
	var errs []error
	refused := map[string]bool{}
	for _, alarm := range d.expected() {
		switch {
		case o.markable(d, alarm):
			errs = append(errs, o.markedAlarm(ctx, alarm))
		case !refused[alarm.Rule]:
			refused[alarm.Rule] = true
			errs = append(errs, unmarkable(alarm.Rule))
		}
	}
	return errors.Join(errs...)
}

// markable tells whether the alarm goes through Prometheus: its own by the drill's
// ways, if it names them.
func (o Options) markable(d Drill, alarm Announced) bool {
	if alarm.Rule == d.Rule && len(d.Ways) > 0 {
		return slices.Contains(d.Ways, WayPrometheus)
	}
	by := (Drill{Rule: alarm.Rule}).by(o.Rules)
	return slices.Contains(waysOf(by), WayPrometheus)
}

// expected are the drill's own alarm, if it has one, and those that it announces.
func (d Drill) expected() []Announced {
	if d.Rule == "" {
		return d.Also
	}
	return append([]Announced{{Rule: d.Rule, Labels: d.Labels}}, d.Also...)
}

// unmarkable is why a drill is refused of whose alarm nobody can tell that it is marked.
func unmarkable(rule string) error {
	return fmt.Errorf("its alarm %s does not go through Prometheus, and only there it can be marked as a drill's; "+
		"hold it with --page-for-real, which wakes people, or on a cluster of its own", rule)
}

// markedAlarm wants it of one of them. What marks an alarm is its namespace, and
// it has only the labels that the drill file is sure of.
func (o Options) markedAlarm(ctx context.Context, alarm Announced) error {
	const remedy = "set the monitoring chart's values drills.namespaces, so that it matches %s, and drills.receiver, deploy it, " +
		"or give --page-for-real to wake people for it"
	namespace := o.Against.Namespace
	if alarm.Labels["namespace"] != namespace {
		return fmt.Errorf("its alarm %s is not sure to have the label namespace=%q, by which alarms of drills are marked; "+
			"put that among the labels in the drill file if the alarm has it, or give --page-for-real to wake people for it", name(alarm.Rule, alarm.Labels), namespace)
	}
	labels := maps.Clone(alarm.Labels)
	labels["alertname"] = alarm.Rule
	labels, err := o.Servers.Prometheus.Relabelled(ctx, labels)
	switch {
	case err != nil:
		return err
	case labels[drillLabel] != "true":
		return fmt.Errorf("Prometheus does not give alarms of namespace %s the label %s=\"true\" (alert_relabel_configs); "+
			remedy, namespace, drillLabel, namespace)
	}
	err = o.Servers.Alertmanager.Away(ctx, drillLabel, labels)
	if err == nil && o.Servers.Grafana != nil {
		// Whether Grafana is watched or not, it notifies by the same rules.
		err = o.Servers.Grafana.Away(ctx, drillLabel, labels)
	}
	if err != nil {
		return fmt.Errorf("its alarm %s would not be led away from everybody else: %w; "+remedy, alarm.Rule, err, namespace)
	}
	return nil
}

// checkMarks wants that every notification since the fault says that it is of a
// drill: of the beginning and of the end of its own alarm, and of those that it
// announces. Whoever sent it: Grafana notifies too, although nobody waits for it.
func (w *way) checkMarks() error {
	if !w.marked || w.result.Times.Fault == nil {
		return nil
	}
	var problems []string
	for _, n := range w.seen.notes {
		if n.Received.Before(*w.result.Times.Fault) {
			continue
		}
		for _, a := range n.Alarms {
			for _, expected := range w.drill.expected() {
				if a.Is(expected.Rule, expected.Labels) {
					problems = append(problems, unmarked(n, expected, a)...)
				}
			}
		}
	}
	// What was notified again lacks the same again.
	slices.Sort(problems)
	var errs []error
	for _, problem := range slices.Compact(problems) {
		errs = append(errs, errors.New(problem))
	}
	return errors.Join(errs...)
}

// unmarked says what the notification of an alarm lacks. A mail need not list labels.
func unmarked(n server.Notification, expected Announced, a server.Notified) (problems []string) {
	which := fmt.Sprintf("the %s for receiver %s, that %s is %s, is not marked", n.Channel, n.Receiver, name(expected.Rule, expected.Labels), a.Status)
	if label, listed := a.Labels[drillLabel]; label != "true" && (listed || n.Channel == "webhook") {
		problems = append(problems, fmt.Sprintf("%s: it has no label %s=\"true\"", which, drillLabel))
	}
	if summary := a.Annotations["summary"]; !strings.HasPrefix(summary, drillPrefix) {
		problems = append(problems, fmt.Sprintf("%s: its summary %q does not begin with %s", which, summary, drillPrefix))
	}
	return problems
}
