package fault

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"firedrill/apps/behave"
)

// Behave makes every pod of a demo app misbehave by its admin port.
type Behave struct {
	// Namespace of the app.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Value of the label app.kubernetes.io/name on its pods.
	App string `yaml:"app" json:"app"`
	// What it does while the fault lasts.
	Behaviour Behaviour `yaml:"set" json:"set"`
}

// Behaviour is what the admin port is told.
type Behaviour struct {
	// How much longer each answer takes, such as 2s.
	Latency string `yaml:"latency,omitempty" json:"latency,omitempty"`
	// Share of requests that are answered 500, from 0 to 1.
	Errors float64 `yaml:"errors,omitempty" json:"errors,omitempty" jsonschema:"minimum=0,maximum=1"`
	// Lines of level error logged each second.
	LogErrors float64 `yaml:"log_errors,omitempty" json:"log_errors,omitempty" jsonschema:"minimum=0"`
}

func (b *Behave) program() program { return program{b.Namespace, b.App} }

// String is part of Fault.
func (b *Behave) String() string {
	text, _ := json.Marshal(b.Behaviour) // texts and numbers always go
	return fmt.Sprintf("make %s behave %s", b.program(), text)
}

// Check is part of Fault.
func (b *Behave) Check(report func(at, format string, args ...any)) {
	checkProgram(b.program(), report)
	text, _ := json.Marshal(b.Behaviour)
	switch set, err := behave.Parse(text); {
	case err != nil:
		report("set", "%v", err)
	case set == behave.Behaviour{}:
		report("set", "changes nothing; give latency, errors or log_errors")
	}
}

// Touches is part of Fault.
func (b *Behave) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	pods, err := b.program().ready(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b, err)
	}
	var objects []Object
	for _, pod := range pods {
		objects = append(objects, podObject(pod, b.target().Change))
	}
	return objects, nil
}

func (b *Behave) target() Object {
	return b.program().object(strings.TrimPrefix(b.String(), "make "+b.program().String()+" behave "))
}

// Prepare is part of Fault.
func (b *Behave) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	pods, err := b.program().ready(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b, err)
	}
	for _, pod := range pods {
		now, err := b.ask(ctx, c, pod, http.MethodGet, nil)
		if err != nil {
			return nil, err
		}
		if set, err := behave.Parse(now); err == nil && set != (behave.Behaviour{}) {
			return nil, fmt.Errorf("%s: Pod %s/%s behaves already: %s; an alarm would prove nothing: reset it first",
				b, pod.Namespace, pod.Name, strings.TrimSpace(string(now)))
		}
	}
	return record(struct{}{})
}

// Set is part of Fault.
func (b *Behave) Set(ctx context.Context, c Cluster, _ json.RawMessage) error {
	pods, err := b.program().ready(ctx, c)
	if err != nil {
		return fmt.Errorf("%s: %w", b, err)
	}
	text, _ := json.Marshal(b.Behaviour)
	var errs []error
	for _, pod := range pods {
		errs = append(errs, b.tell(ctx, c, pod, text))
	}
	return errors.Join(errs...)
}

// tell sets the behaviour of a pod. On a busy node the API server finds the
// connection closed that Prepare has opened, and the app did not get the request.
func (b *Behave) tell(ctx context.Context, c Cluster, pod corev1.Pod, behaviour []byte) error {
	var refused error
	err := insist(ctx, b.String(), "kubectl -n "+b.Namespace+" get pods", func(ctx context.Context) error {
		_, err := b.ask(ctx, c, pod, http.MethodPut, behaviour)
		if apierrors.IsServiceUnavailable(err) {
			return err
		}
		refused = err
		return nil
	})
	return cmp.Or(err, refused)
}

// Undo is part of Fault. A pod that is new since knows nothing of the
// behaviour, and one that is gone took it along.
func (b *Behave) Undo(ctx context.Context, c Cluster, _ json.RawMessage) error {
	what := fmt.Sprintf("reset the behaviour of %s", b.program())
	err := await(ctx, what, "kubectl -n "+b.Namespace+" get pods", func(ctx context.Context) (bool, string, error) {
		pods, err := b.program().pods(ctx, c)
		errs := []error{err}
		for _, pod := range pods {
			_, err := b.ask(ctx, c, pod, http.MethodDelete, nil)
			if !apierrors.IsNotFound(err) {
				errs = append(errs, err)
			}
		}
		err = errors.Join(errs...)
		return err == nil, "", err
	})
	if err != nil {
		return err
	}
	return b.program().recovers(ctx, c, what)
}

// ask reaches the admin port by the API server's proxy, which works wherever
// the API server does.
func (b *Behave) ask(ctx context.Context, c Cluster, pod corev1.Pod, verb string, body []byte) ([]byte, error) {
	request := c.Kubernetes.CoreV1().RESTClient().Verb(verb).Namespace(pod.Namespace).Resource("pods").
		Name(fmt.Sprintf("%s:%d", pod.Name, behave.Port)).SubResource("proxy").Suffix(behave.Path)
	if body != nil {
		request = request.SetHeader("Content-Type", "application/json").Body(body)
	}
	answer, err := request.DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %s %s on port %d of Pod %s/%s: %w; it answered %q; only apps with an admin port such as charts/demo can behave",
			b, verb, behave.Path, behave.Port, pod.Namespace, pod.Name, err, strings.TrimSpace(string(answer)))
	}
	return answer, nil
}
