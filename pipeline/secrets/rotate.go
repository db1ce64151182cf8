// Package secrets gives the Secrets of a run's cluster a new key in etcd.
package secrets

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/kubernetes"

	"firedrill/pipeline/cluster/apiserver"
	"firedrill/pipeline/event"
	"firedrill/pipeline/poll"
)

// Options say whose key is changed.
type Options struct {
	// Dir is the folder of what the API server reads, see package apiserver.
	Dir    string
	Client kubernetes.Interface
	// Loaded gives the hash of the keys that the API server works with.
	Loaded func(context.Context) (string, error)
	Sink   event.Sink

	// Interval is how often Loaded is asked, and Within how long: two seconds and
	// three minutes by default. The API server looks at its files every minute.
	Interval, Within time.Duration
}

// Rotate puts a new key before the old one, writes every Secret again, and takes
// the old key away. At any time what is stored can be read: a step begins when
// the API server works with what the one before has written. One that was killed
// is gone on with by the next call.
func Rotate(ctx context.Context, o Options) error {
	if o.Interval == 0 {
		o.Interval, o.Within = 2*time.Second, 3*time.Minute
	}
	names, err := apiserver.KeyNames(o.Dir)
	if err != nil {
		return err
	}
	if len(names) == 1 {
		ended, err := o.lastStepOnly(ctx)
		if ended || err != nil {
			return err
		}
	}
	for _, step := range []struct {
		name string
		do   func(context.Context, *event.Task) error
	}{
		{"new key", o.newKey},
		{"Secrets", o.writeAgain},
		{oldKey, o.dropOldKey},
	} {
		task := o.Sink.Start(step.name)
		if err := task.End(step.do(ctx, task), nil); err != nil {
			return fmt.Errorf("%w; `firedrill secrets rotate` goes on from here", err)
		}
	}
	return nil
}

// oldKey is the step that takes it away.
const oldKey = "old key"

// lastStepOnly waits, where a call before this one was killed when it had done
// everything else.
func (o Options) lastStepOnly(ctx context.Context) (bool, error) {
	wanted, err := apiserver.Hash(o.Dir)
	if err != nil {
		return false, err
	}
	found, err := o.Loaded(ctx)
	if err != nil || found == wanted {
		return false, err
	}
	task := o.Sink.Start(oldKey)
	return true, task.End(o.awaitLoaded(ctx, task), nil)
}

func (o Options) newKey(ctx context.Context, task *event.Task) error {
	names, err := apiserver.KeyNames(o.Dir)
	if err != nil {
		return err
	}
	if len(names) > 1 {
		task.Progress("going on with " + names[0] + ", which was not finished")
	} else if err := apiserver.NewKey(o.Dir); err != nil {
		return err
	}
	return o.awaitLoaded(ctx, task)
}

func (o Options) dropOldKey(ctx context.Context, task *event.Task) error {
	if err := apiserver.DropOldKeys(o.Dir); err != nil {
		return err
	}
	return o.awaitLoaded(ctx, task)
}

// awaitLoaded waits until the API server works with the keys that are in its
// file. It answers meanwhile, and needs no restart.
func (o Options) awaitLoaded(ctx context.Context, task *event.Task) error {
	wanted, err := apiserver.Hash(o.Dir)
	if err != nil {
		return err
	}
	say := poll.Changes(task.Progress)
	ctx, cancel := context.WithTimeout(ctx, o.Within)
	defer cancel()
	last := ""
	err = poll.Until(ctx, o.Interval, func() bool {
		found, err := o.Loaded(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			last = err.Error()
		case err == nil:
			last = "it works with " + found
		}
		if err == nil && found == wanted {
			return true
		}
		say("waiting for the API server to read its keys again: " + last)
		return false
	})
	if err != nil {
		return fmt.Errorf("the API server has not read its keys (%s, %s) within %s: %s: %w", o.Dir, wanted, o.Within, last, err)
	}
	return nil
}
