package fault

import (
	"context"
	"encoding/json"
	"fmt"
)

// Scale sets the number of replicas of a Deployment or a StatefulSet.
type Scale struct {
	// Namespace of the workload.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Name of the Deployment; give this or statefulset.
	Deployment string `yaml:"deployment,omitempty" json:"deployment,omitempty"`
	// Name of the StatefulSet; give this or deployment.
	StatefulSet string `yaml:"statefulset,omitempty" json:"statefulset,omitempty"`
	// Number of replicas while the fault lasts.
	Replicas *int32 `yaml:"replicas" json:"replicas" jsonschema:"minimum=0"`
}

// scaled is what Undo needs to know.
type scaled struct {
	Replicas int32 `json:"replicas"`
}

func (s *Scale) workload() workload {
	if s.StatefulSet != "" {
		return workload{"StatefulSet", s.Namespace, s.StatefulSet}
	}
	return workload{"Deployment", s.Namespace, s.Deployment}
}

// String is part of Fault.
func (s *Scale) String() string { return fmt.Sprintf("scale %s to %d", s.workload(), *s.Replicas) }

// Check is part of Fault.
func (s *Scale) Check(report func(at, format string, args ...any)) {
	if s.Namespace == "" {
		report("namespace", "is missing; name the namespace of what is scaled")
	}
	switch {
	case s.Deployment == "" && s.StatefulSet == "":
		report("deployment", "is missing; name the Deployment to scale, or a statefulset")
	case s.Deployment != "" && s.StatefulSet != "":
		report("statefulset", "is one thing too many beside deployment; scale two things by two faults")
	}
	switch {
	case s.Replicas == nil:
		report("replicas", "is missing; give the number of replicas during the fault, such as 0")
	case *s.Replicas < 0:
		report("replicas", "%d is negative; give 0 or more", *s.Replicas)
	}
}

// Touches is part of Fault.
func (s *Scale) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	w := s.workload()
	now, err := w.read(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s, err)
	}
	return []Object{w.object(fmt.Sprintf("replicas %d -> %d", now.wanted, *s.Replicas))}, nil
}

func (s *Scale) target() Object {
	return s.workload().object(fmt.Sprintf("replicas -> %d", *s.Replicas))
}

// Prepare is part of Fault.
func (s *Scale) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	w := s.workload()
	now, err := w.read(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s, err)
	}
	if now.wanted == *s.Replicas {
		return nil, fmt.Errorf("%s: it has %d replicas already, so the fault would change nothing; mend the %s first", s, now.wanted, w.Kind)
	}
	return record(scaled{now.wanted})
}

// Set is part of Fault.
func (s *Scale) Set(ctx context.Context, c Cluster, _ json.RawMessage) error {
	if err := s.workload().scale(ctx, c, *s.Replicas); err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	return nil
}

// Undo is part of Fault.
func (s *Scale) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[scaled](before)
	if err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	w := s.workload()
	what := fmt.Sprintf("scale %s back to %d", w, was.Replicas)
	if err := w.scale(ctx, c, was.Replicas); err != nil {
		return fmt.Errorf("%s: %w; do it by hand: kubectl -n %s scale %s/%s --replicas=%d",
			what, err, s.Namespace, w.Kind, w.Name, was.Replicas)
	}
	return w.returns(ctx, c, what, was.Replicas)
}
