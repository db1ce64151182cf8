package fault

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"

	"firedrill/pipeline/kube"
)

// Exec runs a program in the first ready pod of an app.
type Exec struct {
	// Namespace of the pod.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Value of the label app.kubernetes.io/name on the pod.
	App string `yaml:"app" json:"app"`
	// Name of the container; the pod's first unless given.
	Container string `yaml:"container,omitempty" json:"container,omitempty"`
	// The program and its arguments. No shell reads them.
	Command []string `yaml:"command" json:"command" jsonschema:"minItems=1"`
	// The program that mends it; none is run unless given.
	Undone []string `yaml:"undo,omitempty" json:"undo,omitempty"`
}

func (e *Exec) program() program { return program{e.Namespace, e.App} }

// String is part of Fault.
func (e *Exec) String() string {
	return fmt.Sprintf("run `%s` in a pod of %s", strings.Join(e.Command, " "), e.program())
}

// Check is part of Fault.
func (e *Exec) Check(report func(at, format string, args ...any)) {
	checkProgram(e.program(), report)
	if len(e.Command) == 0 {
		report("command", "is missing; give the program to run and its arguments as a list")
	}
}

// Touches is part of Fault.
func (e *Exec) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	pod, err := e.pod(ctx, c)
	if err != nil {
		return nil, err
	}
	return []Object{podObject(pod, e.target().Change)}, nil
}

func (e *Exec) target() Object { return e.program().object("runs " + strings.Join(e.Command, " ")) }

func (e *Exec) pod(ctx context.Context, c Cluster) (corev1.Pod, error) {
	pods, err := e.program().ready(ctx, c)
	if err != nil {
		return corev1.Pod{}, fmt.Errorf("%s: %w", e, err)
	}
	return pods[0], nil
}

// Prepare is part of Fault.
func (e *Exec) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	pod, err := e.pod(ctx, c)
	if err != nil {
		return nil, err
	}
	return record(map[string]string{"pod": pod.Name})
}

// Set is part of Fault.
func (e *Exec) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[map[string]string](before)
	if err != nil {
		return fmt.Errorf("%s: %w", e, err)
	}
	return e.run(ctx, c, was["pod"], e.Command)
}

// Undo is part of Fault. The pod that was told to break may be gone; whichever
// is ready then mends, and all are waited for.
func (e *Exec) Undo(ctx context.Context, c Cluster, _ json.RawMessage) error {
	what := fmt.Sprintf("mend %s", e.program())
	if len(e.Undone) > 0 {
		err := await(ctx, what, "kubectl -n "+e.Namespace+" get pods,events", func(ctx context.Context) (bool, string, error) {
			pod, err := e.pod(ctx, c)
			if err == nil {
				err = e.run(ctx, c, pod.Name, e.Undone)
			}
			return err == nil, "", err
		})
		if err != nil {
			return err
		}
	}
	return e.program().recovers(ctx, c, what)
}

func (e *Exec) run(ctx context.Context, c Cluster, pod string, argv []string) error {
	fail := func(err error, printed string) error {
		return fmt.Errorf("run `%s` in Pod %s/%s: %w; it printed %q", strings.Join(argv, " "), e.Namespace, pod, err, printed)
	}
	request := c.Kubernetes.CoreV1().RESTClient().Post().Namespace(e.Namespace).Resource("pods").Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Container: e.Container, Command: argv, Stdout: true, Stderr: true}, scheme.ParameterCodec)
	executor, err := websocketOrSPDY(c.REST, request)
	if err != nil {
		return fail(err, "")
	}
	var out, errs bytes.Buffer // both are written at the same time
	if err := executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: &out, Stderr: &errs}); err != nil {
		return fail(err, out.String()+errs.String())
	}
	return nil
}

// websocketOrSPDY prefers what today's API servers speak; old ones and some
// proxies only know the other.
func websocketOrSPDY(config *rest.Config, request *rest.Request) (remotecommand.Executor, error) {
	spdy, err := remotecommand.NewSPDYExecutor(config, "POST", request.URL())
	if err != nil {
		return nil, err
	}
	socket, err := remotecommand.NewWebSocketExecutor(config, "GET", request.URL().String())
	if err != nil {
		return nil, err
	}
	// Only while nothing has been run: a command that failed must not run twice.
	return remotecommand.NewFallbackExecutor(socket, spdy, kube.WebSocketRefused)
}
