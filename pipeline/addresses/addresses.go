// Package addresses visits what people reach by name, as they do: over HTTPS, with
// a client that trusts only whom it should. Of each address it looks at the chain
// of the certificate, its names and its end, at the version of TLS, that an old one
// is refused, that plain HTTP leads to HTTPS, and at the answer behind all that.
//
// It reaches the ingress controller by port-forward and says by SNI and Host which
// address it wants, so that a kubeconfig is enough. Whether the names lead there is
// another question: where it is said which DNS server answers for them, it is asked,
// by port-forward as well.
package addresses

import (
	"cmp"
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
	// nameWithin is for a name to come: who writes it looks every half minute, if it
	// has missed an event, and again if the status came too late for that.
	nameWithin = 2 * time.Minute
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
	// Within is how long an address may take to be right, and after that its name to
	// lead there; 0 is 30 seconds, and two minutes for the name.
	Within time.Duration
	// Way leads to the ingress controller, DNS to the DNS server; nil is a
	// port-forward.
	Way, DNS Way
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
	// forName is how long a name may take.
	forName time.Duration
	trust   trust
	now     func() time.Time
}

func newChecker(ctx context.Context, o Options) (*checker, error) {
	forName := cmp.Or(o.Within, nameWithin)
	o.Within = cmp.Or(o.Within, within)
	if o.Way == nil {
		o.Way = forwarded{o.REST, o.Config.Ingress}
	}
	if o.DNS == nil && o.Config.DNS != nil {
		o.DNS = forwarded{o.REST, *o.Config.DNS}
	}
	t, err := o.trust(ctx)
	return &checker{Options: o, forName: forName, trust: t, now: time.Now}, err
}

// await visits an address until all of it is right, and asks for its name until that
// leads there, or the time is up; the error is what was wrong last.
func (c *checker) await(ctx context.Context, v Visit) (*Address, error) {
	host := c.Names.Host(v.App)
	task := c.Sink.Start(host)
	var seen Address
	err := c.until(ctx, task, "https://"+host+v.Path, c.Within, func(ctx context.Context) (wrong error) {
		seen, wrong = c.look(ctx, host, v)
		return wrong
	})
	if err == nil && c.Config.DNS != nil {
		err = c.until(ctx, task, host, c.forName, func(ctx context.Context) error { return c.leadsHere(ctx, host) })
	}
	if err != nil {
		return nil, task.End(err, nil)
	}
	return &seen, task.End(nil, seen)
}

// until asks for something again and again until nothing is wrong with it.
func (c *checker) until(ctx context.Context, task *event.Task, what string, limit time.Duration, ask func(context.Context) error) error {
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	last, say := errors.New("nobody has asked for it"), poll.Changes(task.Progress)
	err := poll.Until(waiting, pollInterval, func() bool {
		one, cancel := context.WithTimeout(ctx, oneLook)
		defer cancel()
		wrong := ask(one)
		if wrong != nil {
			last = wrong
			say(wrong.Error())
		}
		return wrong == nil
	})
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("visit %s: interrupted: %w", what, context.Cause(ctx))
	case err != nil:
		return fmt.Errorf("%s: %w (for %s)", what, last, limit)
	}
	return nil
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
