// Package addresses visits what people reach by name, as they do: over HTTPS, with
// a client that trusts only whom it should. Of each address it looks at the chain
// of the certificate, its names and its end, at the version of TLS, that an old one
// is refused, that plain HTTP leads to HTTPS, and at the answer behind all that.
//
// It reaches the ingress controller by port-forward and says by SNI and Host which
// address it wants, so that a kubeconfig is enough; DNS has no part in it.
package addresses

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"

	"firedrill/pipeline/event"
	"firedrill/pipeline/names"
	"firedrill/pipeline/poll"
)

const (
	// within is for all that follows a deployment: the certificate is there, the
	// controller has read it, and its routes.
	within = 30 * time.Second
	// pollInterval is how often an address is visited again that was not right.
	pollInterval = time.Second
	// oneLook is for one visit: a few connections, each through a tunnel of its own.
	oneLook = 15 * time.Second
	// parallel visits share the machine with what has just been deployed.
	parallel = 3
)

// Options say what to visit.
type Options struct {
	Config Addresses
	Names  names.Scheme
	REST   *rest.Config
	// Roots are certificates of CAs as PEM, to be trusted instead of those that
	// Config.Trust names: the operator's own, held outside the cluster.
	Roots []byte
	Sink  event.Sink
	// Within is how long an address may take to be right; 0 is 30 seconds.
	Within time.Duration
	// Way leads to the ingress controller; nil is a port-forward.
	Way Way
}

// Address is what was seen of one.
type Address struct {
	URL string
	// Subject, Issuer and Names are those of the certificate.
	Subject string
	Issuer  string
	Names   []string
	// Serial is its number in hexadecimal digits.
	Serial string
	// Root is the CA at the end of the chain.
	Root     string
	NotAfter time.Time
	DaysLeft float64
	// Protocol and Cipher are what client and server agreed on.
	Protocol string
	Cipher   string
	// Refused is the old protocol that was refused.
	Refused string
	// Redirect is where plain HTTP leads; empty if that was not looked at.
	Redirect string
	Status   int
}

// Check visits every address and reports an item for each. It returns what it saw,
// in the order of the visits, of those that are right.
func Check(ctx context.Context, o Options) ([]Address, error) {
	c, err := newChecker(ctx, o)
	if err != nil {
		return nil, err
	}
	found := make([]*Address, len(o.Config.Visits))
	errs := make([]error, len(o.Config.Visits))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, v := range o.Config.Visits {
		group.Go(func() error {
			found[i], errs[i] = c.await(ctx, v)
			return nil
		})
	}
	_ = group.Wait() // each error is in its place
	var right []Address
	for _, a := range found {
		if a != nil {
			right = append(right, *a)
		}
	}
	return right, errors.Join(errs...)
}

// checker visits the addresses of one ingress controller.
type checker struct {
	Options
	trust trust
	now   func() time.Time
}

func newChecker(ctx context.Context, o Options) (*checker, error) {
	if o.Within == 0 {
		o.Within = within
	}
	if o.Way == nil {
		o.Way = forwarded{o.REST, o.Config.Ingress}
	}
	t, err := o.trust(ctx)
	return &checker{Options: o, trust: t, now: time.Now}, err
}

// await visits an address until all of it is right, or the time is up; the error is
// what was wrong last.
func (c *checker) await(ctx context.Context, v Visit) (*Address, error) {
	host := c.Names.Host(v.App)
	task := c.Sink.Start(host)
	waiting, cancel := context.WithTimeout(ctx, c.Within)
	defer cancel()
	var seen Address
	last, say := errors.New("it was not visited"), poll.Changes(task.Progress)
	err := poll.Until(waiting, pollInterval, func() bool {
		one, cancel := context.WithTimeout(ctx, oneLook)
		defer cancel()
		var wrong error
		if seen, wrong = c.look(one, host, v); wrong != nil {
			last = wrong
			say(wrong.Error())
		}
		return wrong == nil
	})
	switch {
	case ctx.Err() != nil:
		return nil, task.End(fmt.Errorf("visit %s: interrupted: %w", host, context.Cause(ctx)), nil)
	case err != nil:
		return nil, task.End(fmt.Errorf("https://%s%s: %w (for %s)", host, v.Path, last, c.Within), nil)
	}
	return &seen, task.End(nil, seen)
}

// look visits an address once and finds the first thing that is wrong with it.
func (c *checker) look(ctx context.Context, host string, v Visit) (Address, error) {
	a, err := c.ask(ctx, host, v)
	if err != nil {
		return a, err
	}
	if a.Refused, err = c.refusesOld(ctx, host); err != nil {
		return a, err
	}
	if c.Config.Plain != 0 {
		a.Redirect, err = c.leadsToHTTPS(ctx, host, v.Path)
	}
	return a, err
}
