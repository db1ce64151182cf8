package fault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// nowhere is a node label that no node has: a DaemonSet that wants it runs
// nowhere, and its own node selector stays as it is.
const nowhere = "firedrill.io/nowhere"

// Stop ends every pod of a program, whatever controller runs them.
type Stop struct {
	// Namespace of the program.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Value of the label app.kubernetes.io/name on its pods.
	App string `yaml:"app" json:"app"`
}

// stopped is a controller and how many replicas it had.
type stopped struct {
	workload
	Replicas int32 `json:"replicas"`
}

// String is part of Fault.
func (s *Stop) String() string { return fmt.Sprintf("stop %s/%s", s.Namespace, s.App) }

// Check is part of Fault.
func (s *Stop) Check(report func(at, format string, args ...any)) {
	checkProgram(program{s.Namespace, s.App}, report)
}

// Touches is part of Fault.
func (s *Stop) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	running, err := s.running(ctx, c)
	if err != nil {
		return nil, err
	}
	var objects []Object
	for _, r := range running {
		change := fmt.Sprintf("replicas %d -> 0", r.Replicas)
		if r.Kind == "DaemonSet" {
			change = fmt.Sprintf("runs on %d nodes -> on none", r.Replicas)
		}
		objects = append(objects, r.object(change))
	}
	return objects, nil
}

func (s *Stop) target() Object { return program{s.Namespace, s.App}.object("stopped") }

// running finds the controllers that run pods of the program now.
func (s *Stop) running(ctx context.Context, c Cluster) ([]stopped, error) {
	apps, options := c.Kubernetes.AppsV1(), metav1.ListOptions{}
	var found []stopped
	add := func(kind, name string, labels map[string]string, n int32) {
		if labels[appLabel] == s.App && n > 0 {
			found = append(found, stopped{workload{kind, s.Namespace, name}, n})
		}
	}
	deployments, err1 := apps.Deployments(s.Namespace).List(ctx, options)
	statefulSets, err2 := apps.StatefulSets(s.Namespace).List(ctx, options)
	daemonSets, err3 := apps.DaemonSets(s.Namespace).List(ctx, options)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("%s: look for what runs it: %w", s, err)
	}
	for _, d := range deployments.Items {
		add("Deployment", d.Name, d.Spec.Template.Labels, orOne(d.Spec.Replicas))
	}
	for _, d := range statefulSets.Items {
		add("StatefulSet", d.Name, d.Spec.Template.Labels, orOne(d.Spec.Replicas))
	}
	for _, d := range daemonSets.Items {
		add("DaemonSet", d.Name, d.Spec.Template.Labels, d.Status.DesiredNumberScheduled)
	}
	if len(found) == 0 {
		return nil, absent{fmt.Errorf("%s: no Deployment, StatefulSet or DaemonSet in namespace %s runs pods with the label %s=%s; "+
			"see kubectl -n %s get pods --show-labels", s, s.Namespace, appLabel, s.App, s.Namespace)}
	}
	return found, nil
}

// Prepare is part of Fault.
func (s *Stop) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	running, err := s.running(ctx, c)
	if err != nil {
		return nil, err
	}
	return record(running)
}

// Set is part of Fault.
func (s *Stop) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	return s.each(before, func(r stopped) error {
		if r.Kind == "DaemonSet" {
			return r.patch(ctx, c, selector(`"true"`))
		}
		return r.scale(ctx, c, 0)
	})
}

// Undo is part of Fault. All are started before any is waited for: one may need
// another.
func (s *Stop) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	if err := s.each(before, func(r stopped) error {
		if r.Kind == "DaemonSet" {
			return r.patch(ctx, c, selector("null"))
		}
		return r.scale(ctx, c, r.Replicas)
	}); err != nil {
		return err
	}
	return s.each(before, func(r stopped) error {
		return r.returns(ctx, c, fmt.Sprintf("start %s again", r), r.Replicas)
	})
}

func (s *Stop) each(before json.RawMessage, f func(stopped) error) error {
	all, err := recall[[]stopped](before)
	errs := []error{err}
	for _, r := range all {
		errs = append(errs, f(r))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	return nil
}

// selector is the patch that gives or, with null, takes the label that no node
// has.
func selector(value string) string {
	return strings.Join([]string{`{"spec":{"template":{"spec":{"nodeSelector":{"`, nowhere, `":`, value, `}}}}}`}, "")
}
