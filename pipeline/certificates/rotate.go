package certificates

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/dynamic"

	"firedrill/pipeline/event"
)

// Rotation is a change of the root.
type Rotation struct {
	Options
	Dynamic dynamic.Interface
	// Overlap is how long pods are given to hear of a change of what they trust,
	// or of what they show. A kubelet takes up to two minutes.
	Overlap time.Duration
	// Timeout is how long all certificates together may take to be signed again.
	Timeout time.Duration
	// Restart starts anew what reads this, ReadTrust or ReadCertificate, at its start
	// only, and returns when it is ready again.
	Restart func(ctx context.Context, task *event.Task, what string) error
}

// What programs may read at their start only, as charts say it by the annotation
// restart.ReadsAtStart.
const (
	ReadTrust       = "trust"       // the bundle
	ReadCertificate = "certificate" // what they show, and its key
)

// Rotate has the cluster sign under a new root, without a moment in which
// somebody shows what another one does not trust:
//
//  1. everybody trusts the old root and the new one;
//  2. the cluster gets an intermediate under the new one;
//  3. every certificate of its issuers is signed again;
//  4. everybody trusts the new root alone.
//
// After 1, 3 and 4 those who read it at their start only are restarted; after 1 and 3
// the others are given time before, to hear of it. A rotation that ended in between is
// taken up where it was. An old root that has expired is changed like any other.
func Rotate(ctx context.Context, r Rotation) error {
	if !r.Root.holds() {
		return fmt.Errorf("there is no root in %s to change: whoever holds the root of this cluster rotates it", r.Root)
	}
	old, err := r.Root.Load(r.Now())
	if err != nil && !errors.Is(err, errExpired) {
		return err
	}
	next, err := r.Root.openNext(r.Now())
	if err != nil {
		return err
	}
	p := placer{Options: r.Options, store: store{client: r.Client, labels: r.Labels}}
	for _, part := range []struct {
		name string
		do   func(context.Context, *event.Task) error
	}{
		{"trust both", func(ctx context.Context, _ *event.Task) error {
			// The cluster may sign under a third one.
			_, err := p.trustToo(ctx, []*x509.Certificate{old.Certificate, next.Certificate})
			return err
		}},
		{"wait until both are trusted", r.wait},
		{"restart who is to trust both", r.restart(ReadTrust)},
		{"new intermediate", func(ctx context.Context, _ *event.Task) error { return p.issue(ctx, next) }},
		{"certificates", func(ctx context.Context, task *event.Task) error { return r.renew(ctx, task, next.Certificate) }},
		{"wait until they are shown", r.wait},
		{"restart who is to show them", r.restart(ReadCertificate)},
		{"trust the new one alone", p.trustOnly(next.Certificate)},
		{"restart who is to trust it alone", r.restart(ReadTrust)},
	} {
		task := r.Sink.Start(part.name)
		if err := task.End(part.do(ctx, task), nil); err != nil {
			return fmt.Errorf("%s: %w; nobody is cut off: old and new are trusted where both have been said to be. Rotate again to go on", part.name, err)
		}
	}
	return r.Root.promote()
}

// wait gives the cluster time.
func (r Rotation) wait(ctx context.Context, task *event.Task) error {
	task.Progress("for " + r.Overlap.String())
	select {
	case <-time.After(r.Overlap):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// restart starts anew what reads this at its start only.
func (r Rotation) restart(what string) func(context.Context, *event.Task) error {
	return func(ctx context.Context, task *event.Task) error { return r.Restart(ctx, task, what) }
}

// trustOnly gives all namespaces a bundle of these.
func (p placer) trustOnly(all ...*x509.Certificate) func(context.Context, *event.Task) error {
	return func(ctx context.Context, _ *event.Task) error {
		for _, namespace := range p.Trust.Namespaces {
			if err := p.store.putBundle(ctx, namespace, p.Trust.ConfigMap, all); err != nil {
				return err
			}
		}
		return nil
	}
}

// next is where a root waits for its turn.
func (f Folder) next() Folder { return Folder(filepath.Join(string(f), "next")) }

// openNext returns the root that waits for its turn, and makes one if none does. A
// rotation that was killed may have left a key without its certificate there, which
// has signed nothing.
func (f Folder) openNext(now time.Time) (Authority, error) {
	next := f.next()
	if _, err := os.Stat(next.path(certificateFile)); errors.Is(err, os.ErrNotExist) {
		if err := os.RemoveAll(next.path(keyFile)); err != nil {
			return Authority{}, fmt.Errorf("remove the half root that a killed rotation left: %w", err)
		}
	}
	return next.Open(rootName, now)
}

// promote makes the next root the root. The old one's key is gone then, and with
// it whatever could still be signed by it. From the moment at which the key is in
// place, the new root is the root: settle does the rest, now or after a kill.
func (f Folder) promote() error {
	if err := os.Rename(f.next().path(keyFile), f.path(keyFile)); err != nil {
		return fmt.Errorf("put the new root's key in place of the old one's: %w", err)
	}
	return f.settle()
}

// settle ends a promotion that has put the key in its place and no more: a key is
// written before its certificate, so only then is a certificate next without one.
func (f Folder) settle() error {
	if f.next().holds() {
		return nil
	}
	err := os.Rename(f.next().path(certificateFile), f.path(certificateFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = os.Remove(string(f.next()))
	}
	if err != nil {
		return fmt.Errorf("put the new root's certificate in place of the old one's: %w", err)
	}
	return nil
}
