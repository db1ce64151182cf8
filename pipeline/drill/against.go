package drill

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"firedrill/pipeline/drill/fault"
)

// Against says how drills are held on a cluster that others use too.
type Against struct {
	// Namespace is the only one in which faults may change anything.
	Namespace string
	// PageForReal lets alarms go where they go when it is no drill. Without
	// it, they must be marked as a drill's and led away from everybody else.
	PageForReal bool
}

// What marks an alarm as a drill's: a label, and how its summary begins.
const (
	drillLabel  = "drill"
	drillPrefix = "[DRILL]"
)

// marks tells whether notifications must say that they are of a drill.
func (o Options) marks() bool { return o.Against != nil && !o.Against.PageForReal }

// Touched are the objects that one fault of a drill would change.
type Touched struct {
	Drill   string         `json:"drill"`
	Fault   string         `json:"fault"`
	Objects []fault.Object `json:"objects"`
}

// Touches says what each fault of the drills would change now; it changes nothing.
func Touches(ctx context.Context, o Options, drills []Drill) ([]Touched, error) {
	var all []Touched
	var errs []error
	for _, d := range drills {
		c := o.Servers.Cluster
		c.Drill = d.Name
		for _, spec := range slices.Concat(d.Setup, d.Faults, d.During) {
			f, err := (broken{Spec: spec}).only()
			if err != nil {
				errs = append(errs, fmt.Errorf("drill %s: %w", d.Name, err))
				continue
			}
			objects, err := f.Touches(ctx, c)
			if err != nil {
				errs = append(errs, fmt.Errorf("drill %s: %s: what it would touch: %w", d.Name, f, err))
				continue
			}
			all = append(all, Touched{Drill: d.Name, Fault: f.String(), Objects: objects})
		}
	}
	return all, errors.Join(errs...)
}

// refuse returns the drills as they can be held, or why one of them must not
// be on a cluster that others use too. There the ways are those whose alarms
// can be marked: Prometheus alone relabels what goes to its Alertmanager.
func (o Options) refuse(ctx context.Context, drills []Drill) ([]Drill, error) {
	if o.Against == nil {
		return drills, nil
	}
	if o.Against.Namespace == "" {
		return nil, errors.New("the namespace is missing: name the only one in which the drills may change anything, with --namespace")
	}
	touched, err := Touches(ctx, o, drills)
	errs := []error{err}
	for _, t := range touched {
		for _, object := range t.Objects {
			if object.Namespace != o.Against.Namespace {
				errs = append(errs, fmt.Errorf("drill %s is refused: its fault (%s) touches %s, which is not in namespace %s",
					t.Drill, t.Fault, pathOf(object), o.Against.Namespace))
			}
		}
	}
	held := slices.Clone(drills)
	if o.marks() {
		for i, d := range held {
			errs = append(errs, o.marked(ctx, d))
			held[i].Ways = []string{WayPrometheus}
		}
	}
	return held, errors.Join(errs...)
}

// marked wants that the drill's alarms are marked on their way, and led to
// nobody but the drills' receiver.
func (o Options) marked(ctx context.Context, d Drill) error {
	const remedy = "set the monitoring chart's values drills.namespaces, so that it matches %s, and drills.receiver, deploy it, " +
		"or give --page-for-real to wake people for it"
	if ways := waysOf(d.by(o.Rules)); !slices.Contains(ways, WayPrometheus) || len(d.Ways) > 0 && !slices.Contains(d.Ways, WayPrometheus) {
		return fmt.Errorf("drill %s is refused: its alarm does not go through Prometheus, and only there it can be marked as a drill's; "+
			"hold it with --page-for-real, which wakes people, or on a cluster of its own", d.Name)
	}
	labels := maps.Clone(d.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels["alertname"], labels["namespace"] = d.Rule, o.Against.Namespace
	labels, err := o.Servers.Prometheus.Relabelled(ctx, labels)
	switch {
	case err != nil:
		return fmt.Errorf("drill %s is refused: %w", d.Name, err)
	case labels[drillLabel] != "true":
		return fmt.Errorf("drill %s is refused: Prometheus does not give alarms of namespace %s the label %s=\"true\" (alert_relabel_configs); "+
			remedy, d.Name, o.Against.Namespace, drillLabel, o.Against.Namespace)
	}
	if err := o.Servers.Alertmanager.Away(ctx, drillLabel, labels); err != nil {
		return fmt.Errorf("drill %s is refused: its alarms would not be led away from everybody else: %w; "+remedy, d.Name, err, o.Against.Namespace)
	}
	return nil
}

// checkMarks wants that every notification says that it is of a drill. A mail
// need not list labels.
func (w *way) checkMarks() error {
	if !w.marked {
		return nil
	}
	var errs []error
	for _, m := range w.received("firing", *w.result.Times.Fault) {
		if label, listed := m.alarm.Labels[drillLabel]; label != "true" && (listed || m.note.Channel == "webhook") {
			errs = append(errs, fmt.Errorf("the %s of %s is not marked: it has no label %s=\"true\"", m.note.Channel, w.alarmName(), drillLabel))
		}
		if summary := m.alarm.Annotations["summary"]; !strings.HasPrefix(summary, drillPrefix) {
			errs = append(errs, fmt.Errorf("the %s of %s is not marked: its summary %q does not begin with %s", m.note.Channel, w.alarmName(), summary, drillPrefix))
		}
	}
	return errors.Join(errs...)
}

// pathOf is an object as kubectl users write it.
func pathOf(o fault.Object) string {
	if o.Namespace == "" {
		return o.Kind + " " + o.Name
	}
	return fmt.Sprintf("%s %s/%s", o.Kind, o.Namespace, o.Name)
}
