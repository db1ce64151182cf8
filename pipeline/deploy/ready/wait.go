package ready

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Options are what Wait can be told beside the objects.
type Options struct {
	Rules Rules
	// Old are pods that never make Wait give up early, because the change that
	// is waited for may be about to replace them (see PodsIn).
	Old map[types.UID]bool
	// Progress, if set, takes where the wait stands, whenever that changes:
	// "2/3 ready; waiting for StatefulSet monitoring/prometheus: Ready: 0/1".
	Progress func(string)
	// Ready, if set, takes each object that had to be waited for as soon as it
	// is ready.
	Ready func(Object)
}

// Wait returns nil as soon as every object is ready, and a *NotReady when ctx
// reaches its deadline or waiting has become pointless before. When ctx is
// cancelled it returns at once, without looking for the cause.
func Wait(ctx context.Context, c Cluster, objects []Object, o Options) error {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	v, err := c.watch(watching, objects, true)
	if err != nil {
		return err
	}
	w := &waiter{Options: o, cluster: c, objects: objects, judge: newJudge(o.Rules)}
	// The tick asks no server: it lets a grace run out when nothing changes.
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		waiting := v.waiting(objects)
		w.tell(waiting)
		if len(waiting) == 0 {
			return nil
		}
		w.progress(waiting)
		if why := w.hopeless(ctx, waiting, time.Now()); why != "" {
			return c.diagnose(ctx, w.report(why, waiting), waiting)
		}
		select {
		case <-v.changed:
		case <-tick.C:
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return c.diagnose(ctx, w.report(context.Cause(ctx).Error(), waiting), waiting)
			}
			return fmt.Errorf("stopped waiting: %w; last seen: %s", context.Cause(ctx), w.said)
		}
	}
}

// waiter is the state of one Wait.
type waiter struct {
	Options
	cluster Cluster
	objects []Object
	judge   *judge
	said    string
	// before is what was waited for at the last look.
	before []state
}

// tell names the objects that were waited for and are ready now.
func (w *waiter) tell(waiting []state) {
	still := map[Object]bool{}
	for _, s := range waiting {
		still[s.Object] = true
	}
	for _, s := range w.before {
		if !still[s.Object] && w.Ready != nil {
			w.Ready(s.Object)
		}
	}
	w.before = waiting
}

func (w *waiter) progress(waiting []state) {
	first := waiting[0]
	text := fmt.Sprintf("%d/%d ready; waiting for %s: %s",
		len(w.objects)-len(waiting), len(w.objects), first.Object, first.message)
	if doing := doing(first.pods); doing != "" {
		text += " (" + doing + ")"
	}
	if text == w.said {
		return
	}
	w.said = text
	if w.Progress != nil {
		w.Progress(text)
	}
}

// doing says what the first container that is held up waits for.
func doing(pods []*corev1.Pod) string {
	for _, pod := range pods {
		for _, c := range sick(pod) {
			if c.State.Waiting != nil && c.State.Waiting.Reason != "" {
				return fmt.Sprintf("pod %s: %s", pod.Name, c.State.Waiting.Reason)
			}
		}
	}
	return ""
}

func (w *waiter) hopeless(ctx context.Context, waiting []state, now time.Time) string {
	for _, s := range waiting {
		if s.failed {
			return fmt.Sprintf("%s has failed: %s", s.Object, s.message)
		}
		for _, pod := range s.pods {
			if w.Old[pod.UID] {
				continue
			}
			if why := w.judge.hopeless(pod, now); why != "" {
				return why
			}
			if !w.judge.unscheduled(pod, now) {
				continue
			}
			if why := w.cluster.hopelessClaim(ctx, pod); why != "" {
				return why
			}
		}
	}
	return ""
}

func (w *waiter) report(why string, waiting []state) *NotReady {
	return &NotReady{Why: why, Ready: len(w.objects) - len(waiting), Total: len(w.objects)}
}
