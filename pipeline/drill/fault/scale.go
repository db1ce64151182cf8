package fault

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"firedrill/pipeline/poll"
)

// scalePoll is how often a Deployment is looked at while its replicas return.
const scalePoll = 250 * time.Millisecond

// Scale sets the number of replicas of a Deployment.
type Scale struct {
	// Namespace of the Deployment.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Name of the Deployment.
	Deployment string `yaml:"deployment" json:"deployment"`
	// Number of replicas while the fault lasts.
	Replicas *int32 `yaml:"replicas" json:"replicas" jsonschema:"minimum=0"`
}

// String is part of Fault.
func (s *Scale) String() string {
	return fmt.Sprintf("scale Deployment %s/%s to %d", s.Namespace, s.Deployment, *s.Replicas)
}

// Check is part of Fault.
func (s *Scale) Check(report func(at, format string, args ...any)) {
	if s.Namespace == "" {
		report("namespace", "is missing; name the Deployment's namespace")
	}
	if s.Deployment == "" {
		report("deployment", "is missing; name the Deployment to scale")
	}
	switch {
	case s.Replicas == nil:
		report("replicas", "is missing; give the number of replicas during the fault, such as 0")
	case *s.Replicas < 0:
		report("replicas", "%d is negative; give 0 or more", *s.Replicas)
	}
}

// Set is part of Fault. It refuses a Deployment that has that many replicas
// already: such a fault changes nothing, so an alarm would prove nothing.
func (s *Scale) Set(ctx context.Context, c Cluster) (Undo, error) {
	before, err := c.Kubernetes.AppsV1().Deployments(s.Namespace).Get(ctx, s.Deployment, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: read it: %w", s, err)
	}
	if replicas(before) == *s.Replicas {
		return nil, fmt.Errorf("%s: it has %d replicas already, so the fault would change nothing; mend the Deployment first", s, *s.Replicas)
	}
	undo := func(ctx context.Context) error { return s.restore(ctx, c, replicas(before)) }
	if err := s.scale(ctx, c, *s.Replicas); err != nil {
		// The request may have been carried out although its answer was lost.
		return undo, fmt.Errorf("%s: %w", s, err)
	}
	return undo, nil
}

func (s *Scale) scale(ctx context.Context, c Cluster, n int32) error {
	patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, n)
	_, err := c.Kubernetes.AppsV1().Deployments(s.Namespace).
		Patch(ctx, s.Deployment, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "firedrill"})
	if err != nil {
		return fmt.Errorf("patch spec.replicas to %d: %w", n, err)
	}
	return nil
}

// restore scales back to n and waits until that many replicas are available.
func (s *Scale) restore(ctx context.Context, c Cluster, n int32) error {
	what := fmt.Sprintf("scale Deployment %s/%s back to %d", s.Namespace, s.Deployment, n)
	if err := s.scale(ctx, c, n); err != nil {
		return fmt.Errorf("%s: %w; do it by hand: kubectl -n %s scale deployment/%s --replicas=%d",
			what, err, s.Namespace, s.Deployment, n)
	}
	last := "never read"
	err := poll.Until(ctx, scalePoll, func() bool {
		d, err := c.Kubernetes.AppsV1().Deployments(s.Namespace).Get(ctx, s.Deployment, metav1.GetOptions{})
		switch {
		case err == nil && available(d, n):
			return true
		case err == nil:
			last = fmt.Sprintf("%d of %d replicas available", d.Status.AvailableReplicas, n)
		case ctx.Err() == nil:
			last = err.Error()
		}
		return false
	})
	if err != nil {
		return fmt.Errorf("%s: not done in time (%w); last state: %s; see kubectl -n %s get pods,events", what, err, last, s.Namespace)
	}
	return nil
}

// available tells whether the controller has seen the new spec and n replicas
// of it serve. Without the first check an old status would pass for a new one.
func available(d *appsv1.Deployment, n int32) bool {
	return d.Status.ObservedGeneration >= d.Generation && d.Status.AvailableReplicas >= n
}

// replicas is the number that a Deployment asks for; Kubernetes takes 1 when
// none is given.
func replicas(d *appsv1.Deployment) int32 {
	if d.Spec.Replicas == nil {
		return 1
	}
	return *d.Spec.Replicas
}
