package drill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/event"
	"firedrill/pipeline/poll"
)

// Recover undoes what drills have broken whose process was killed, by the
// records that they left in the cluster, an item each. Drills with which a
// living process works are left alone.
func Recover(ctx context.Context, c fault.Cluster, sink event.Sink) error {
	return RecoverWithin(ctx, c, "", sink)
}

// RecoverWithin is Recover for what is broken in that namespace alone, on a cluster
// that others use too; "" is everywhere.
func RecoverWithin(ctx context.Context, c fault.Cluster, namespace string, sink event.Sink) error {
	list, err := configMaps(c.Kubernetes).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("look for drills that were killed, in the ConfigMaps of namespace %s: %w", recordNamespace, err)
	}
	var errs []error
	for _, m := range list.Items {
		if name, ours := strings.CutPrefix(m.Name, recordPrefix); ours {
			errs = append(errs, recoverOne(ctx, c, m, namespace, sink.Start("undo "+name)))
		}
	}
	return errors.Join(errs...)
}

func recoverOne(ctx context.Context, c fault.Cluster, m corev1.ConfigMap, namespace string, task *event.Task) error {
	left, err := readRecord(m)
	if err != nil {
		return task.End(err, nil)
	}
	if namespace != "" && !left.within(namespace) {
		task.Skip(fmt.Sprintf("it broke something outside of namespace %s; `firedrill down --kubeconfig FILE` mends that", namespace))
		return nil
	}
	alive, err := lives(ctx, c, left, task)
	switch {
	case err != nil:
		return task.End(err, nil)
	case alive:
		task.Skip(fmt.Sprintf("process %d on %s holds the drill", left.Holder.PID, left.Holder.Host))
		return nil
	}
	c.Drill, c.Labels = left.Drill, left.Labels
	// From now on this process holds it, with the same faults.
	l := newLedger(c, time.Duration(left.Repair*float64(time.Second)))
	l.record.Faults = left.Faults
	taken, err := l.take(ctx, m)
	switch {
	case err != nil:
		return task.End(err, nil)
	case !taken:
		task.Skip("another process mends it")
		return nil
	}
	d := damage{cluster: c, ledger: l, within: l.repair(), broken: slices.Clone(left.Faults), say: task.Progress}
	err = d.undo(ctx)
	return task.End(errors.Join(err, l.close(ctx)), nil)
}

func (l *ledger) repair() time.Duration {
	if l.record.Repair <= 0 {
		return repairWithin
	}
	return time.Duration(l.record.Repair * float64(time.Second))
}

// within tells whether all that was broken is in that namespace.
func (r record) within(namespace string) bool {
	return !slices.ContainsFunc(r.Faults, func(b broken) bool {
		f, err := b.only()
		return err != nil || !fault.Within(f, namespace)
	})
}

func readRecord(m corev1.ConfigMap) (r record, err error) {
	if err = json.Unmarshal([]byte(m.Data[recordKey]), &r); err == nil && r.Drill == "" {
		err = errors.New("it names no drill")
	}
	if err != nil {
		return r, fmt.Errorf("read the undo record %s/%s: %w; mend by hand what it describes, then delete it: kubectl -n %s delete configmap %s",
			m.Namespace, m.Name, err, m.Namespace, m.Name)
	}
	return r, nil
}

// lives finds out whether the record's process does. One on another machine
// is given the time in which it would have renewed the record: clocks need not
// agree for that.
func lives(ctx context.Context, c fault.Cluster, r record, task *event.Task) (alive bool, err error) {
	if r.Holder.gone() {
		return false, nil
	}
	if r.Holder == thisProcess() {
		return true, nil
	}
	task.Progress(fmt.Sprintf("waiting up to %s for a sign of process %d on %s", deadAfter, r.Holder.PID, r.Holder.Host))
	waiting, cancel := context.WithTimeout(ctx, deadAfter)
	defer cancel()
	_ = poll.Until(waiting, time.Second, func() bool {
		m, getErr := configMaps(c.Kubernetes).Get(waiting, recordPrefix+r.Drill, metav1.GetOptions{})
		if apierrors.IsNotFound(getErr) {
			alive = true // and has just finished
			return true
		}
		if getErr == nil {
			now, readErr := readRecord(*m)
			alive = readErr == nil && !now.Renewed.Equal(r.Renewed)
		}
		return alive
	})
	return alive, context.Cause(ctx)
}

// only is the one fault of a list's item.
func (b broken) only() (fault.Fault, error) {
	given := b.Spec.Given()
	if len(given) != 1 {
		return nil, fmt.Errorf("an item has %d faults instead of one; validate the drill before it is run", len(given))
	}
	return slices.Collect(maps.Values(given))[0], nil
}
