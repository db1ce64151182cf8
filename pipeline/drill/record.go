package drill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"

	"firedrill/pipeline/drill/fault"
)

const (
	// recordNamespace holds what has to be undone, as ConfigMaps whose names
	// begin with recordPrefix.
	recordNamespace = "firedrill"
	recordPrefix    = "undo-"
	recordKey       = "record"
	// renewInterval is how often a living process says so in its records, and
	// deadAfter how long it may be silent.
	renewInterval = 5 * time.Second
	deadAfter     = 20 * time.Second
)

// record is what a drill has broken, or was about to, when it was last heard
// of. It is written before anything is broken: a process that is killed can
// tell nobody.
type record struct {
	Drill string `json:"drill"`
	// Labels are those of what the faults create, such as the run's name.
	Labels map[string]string `json:"labels,omitempty"`
	// Holder is the process that works with the drill; nobody when it has given up.
	Holder holder `json:"holder"`
	// Renewed is when that process was last known to live, by its own clock.
	Renewed time.Time `json:"renewed"`
	// Repair is how long each undo may take, in seconds.
	Repair float64 `json:"repair_seconds"`
	// Faults are in the order in which they were set.
	Faults []broken `json:"faults"`
}

// broken is one fault with what its undo has to know.
type broken struct {
	Spec   fault.Spec      `json:"spec"`
	Before json.RawMessage `json:"before"`
	Time   time.Time       `json:"time"`
}

// ledger keeps a drill's record in the cluster while there is something to undo.
type ledger struct {
	client kubernetes.Interface

	mu      sync.Mutex
	record  record
	written bool
	stop    func() // ends the renewal
}

func newLedger(c fault.Cluster, repair time.Duration) *ledger {
	return &ledger{client: c.Kubernetes, record: record{Drill: c.Drill, Labels: c.Labels, Holder: thisProcess(), Repair: repair.Seconds()}}
}

// add writes down a fault that is about to be set.
func (l *ledger) add(ctx context.Context, b broken) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b.Time = time.Now()
	l.record.Faults = append(l.record.Faults, b)
	err := l.write(ctx)
	if err != nil {
		l.record.Faults = l.record.Faults[:len(l.record.Faults)-1]
	}
	return err
}

// done strikes out a fault that was undone. The record goes with its last one.
func (l *ledger) done(ctx context.Context, b broken) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.record.Faults = slices.DeleteFunc(l.record.Faults, func(other broken) bool { return other.Spec == b.Spec })
	if len(l.record.Faults) > 0 {
		return l.write(ctx)
	}
	l.stopRenewal()
	l.written = false
	err := configMaps(l.client).Delete(ctx, recordPrefix+l.record.Drill, metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete the undo record %s/%s%s: %w", recordNamespace, recordPrefix, l.record.Drill, err)
	}
	return nil
}

// close gives up what could not be undone, so that whoever comes next need not
// wait to see whether this process still lives.
func (l *ledger) close(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopRenewal()
	if !l.written {
		return nil
	}
	l.record.Holder = holder{}
	return l.write(ctx)
}

func (l *ledger) stopRenewal() {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
}

// take makes this process the holder of the record that another one left, as it
// was read. Of several processes that want it one takes it.
func (l *ledger) take(ctx context.Context, left corev1.ConfigMap) (taken bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m, err := l.configMap()
	if err != nil {
		return false, err
	}
	m.ResourceVersion = left.ResourceVersion
	switch _, err := configMaps(l.client).Update(ctx, m, metav1.UpdateOptions{}); {
	case apierrors.IsConflict(err), apierrors.IsNotFound(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("take over the undo record %s/%s: %w", m.Namespace, m.Name, err)
	}
	l.startRenewal(ctx)
	return true, nil
}

// write puts the record into the cluster. The first time it must be new:
// another process may hold the same drill.
func (l *ledger) write(ctx context.Context) error {
	m, err := l.configMap()
	if err != nil {
		return err
	}
	if l.written {
		if _, err := configMaps(l.client).Update(ctx, m, metav1.UpdateOptions{}); err != nil {
			return fmt.Errorf("update the undo record %s/%s: %w", m.Namespace, m.Name, err)
		}
		return nil
	}
	if err := ensureNamespace(ctx, l.client, l.record.Labels); err != nil {
		return err
	}
	switch _, err := configMaps(l.client).Create(ctx, m, metav1.CreateOptions{}); {
	case apierrors.IsAlreadyExists(err):
		return fmt.Errorf("the undo record %s/%s is there already: another process holds the drill, or an earlier one's fault could not be undone; "+
			"see kubectl -n %s get configmap %s -o yaml", m.Namespace, m.Name, m.Namespace, m.Name)
	case err != nil:
		return fmt.Errorf("write the undo record %s/%s: %w", m.Namespace, m.Name, err)
	}
	l.startRenewal(ctx)
	return nil
}

// configMap is the record as of now.
func (l *ledger) configMap() (*corev1.ConfigMap, error) {
	l.record.Renewed = time.Now()
	text, err := json.MarshalIndent(l.record, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the undo record: %w", err)
	}
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: recordNamespace, Name: recordPrefix + l.record.Drill, Labels: l.record.Labels},
		Data:       map[string]string{recordKey: string(text)},
	}, nil
}

// startRenewal keeps the record, which is in the cluster now, fresh until
// stopRenewal. It does not end with ctx: an interrupted drill mends yet.
func (l *ledger) startRenewal(ctx context.Context) {
	l.written = true
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	go l.renew(renewing)
}

// renew tells every now and then that the process lives. A renewal that fails
// is made up for by the next.
func (l *ledger) renew(ctx context.Context) {
	tick := time.NewTicker(renewInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.renewOnce(ctx)
		}
	}
}

// renewOnce lets go of the record also when the API server does not answer: who
// undoes a fault waits for it.
func (l *ledger) renewOnce(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	limited, cancel := context.WithTimeout(ctx, renewInterval)
	defer cancel()
	_ = l.write(limited)
}

func configMaps(client kubernetes.Interface) corev1client.ConfigMapInterface {
	return client.CoreV1().ConfigMaps(recordNamespace)
}

// ensureNamespace makes the namespace of records. It stays: the next drill
// needs it again.
func ensureNamespace(ctx context.Context, client kubernetes.Interface, labels map[string]string) error {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: recordNamespace, Labels: labels}}
	_, err := client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{})
	if err == nil || apierrors.IsAlreadyExists(err) {
		return nil
	}
	// Who may not create namespaces may have been given this one.
	if _, found := client.CoreV1().Namespaces().Get(ctx, recordNamespace, metav1.GetOptions{}); found == nil {
		return nil
	}
	return errors.Join(fmt.Errorf("create namespace %s, which holds what has to be undone: %w", recordNamespace, err))
}
