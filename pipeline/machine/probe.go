package machine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"firedrill/pipeline/command"
)

// probeLabel is on everything that a probe creates.
const probeLabel = "firedrill.probe"

// probePrefix begins the names of a probe's network and container.
const probePrefix = "firedrill-probe-"

// How long one call of an engine may take, how long it may go on when the
// inspection is cancelled, and how long tidying up after that may take.
const (
	engineDeadline = 30 * time.Second
	patience       = 5 * time.Second
	tidyDeadline   = 20 * time.Second
)

// prober calls one engine.
type prober struct {
	run  command.Runner
	path string
	env  []string
	// forget removes a folder of the engine's, see addressesOf.
	forget func(folder string) error
}

// addressesOf is where CNI, Podman's older network stack, keeps the addresses
// of a network. It stays when the network goes.
func addressesOf(network string) string { return "/var/lib/cni/networks/" + network }

// mender gets to know why a container did not start. It may change how p calls
// the engine, and says whether another try is worth it.
type mender func(p *prober, failure error) (again bool, err error)

// asItIs mends nothing.
func asItIs(*prober, error) (bool, error) { return false, nil }

// probe starts a privileged container as kind does: on a bridge network of its
// own, with a published port and a cgroup namespace. It brings its image along
// and removes whatever it created, also when ctx is cancelled.
func (p *prober) probe(ctx context.Context, arch string, mend mender) (err error) {
	id := make([]byte, 4)
	_, _ = rand.Read(id) // never fails, by its documentation
	own := probePrefix + hex.EncodeToString(id)
	tag, err := name.NewTag("localhost/firedrill/probe:" + hex.EncodeToString(id))
	if err != nil {
		return err
	}
	load, err := probeArchive(tag, arch)
	if err != nil {
		return err
	}
	// An undo is registered before the thing exists: a call that was cut
	// short may have made it all the same.
	var undos [][]string
	defer func() { err = errors.Join(err, p.tidy(ctx, undos)) }()

	undos = append(undos, []string{"image", "rm", tag.String()})
	if err := p.call(ctx, load, "load"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.forget(addressesOf(own))) }()
	undos = append(undos, []string{"network", "rm", own})
	if err := p.call(ctx, nil, "network", "create", "--label", probeLabel+"=true", own); err != nil {
		return err
	}
	for {
		failure := p.start(ctx, own, tag.String())
		if failure == nil {
			return nil
		}
		if again, err := mend(p, failure); err != nil || !again {
			return errors.Join(failure, err)
		}
	}
}

// start runs the container until it ends, which is at once.
func (p *prober) start(ctx context.Context, own, image string) error {
	err := p.call(ctx, nil, "run", "--rm", "--privileged", "--cgroupns=private",
		"--label", probeLabel+"=true", "--name", own, "--net", own,
		"--publish", "127.0.0.1::6443/tcp", image)
	if err != nil {
		// The engine removes a container that has ended, but not always one
		// that could not start.
		return errors.Join(err, p.tidy(ctx, [][]string{{"rm", "-f", own}}))
	}
	return nil
}

func (p *prober) call(ctx context.Context, stdin io.Reader, args ...string) error {
	_, err := p.output(ctx, stdin, args...)
	return err
}

func (p *prober) output(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	c := command.Command{Argv: append([]string{p.path}, args...), Env: p.env, Stdin: stdin}
	if ctx.Err() != nil {
		return "", &command.Error{Command: c, Err: context.Cause(ctx)}
	}
	ctx, cancel := patient(ctx)
	defer cancel()
	out, err := p.run.Run(ctx, c)
	return string(out), err
}

// patient is the context of a call: it has a deadline, and survives ctx for a
// while. An engine that is stopped amid setting up a network leaves interfaces
// behind that nobody knows of any more, and a call takes less than a second.
func patient(ctx context.Context) (context.Context, context.CancelFunc) {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), engineDeadline)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(patience, cancel) })
	return own, func() { stop(); cancel() }
}

// absent is how the engines say that there is nothing to remove.
var absent = regexp.MustCompile(`(?i)no such|not found|no container with|unable to find|not known`)

// tidy undoes everything, last first.
func (p *prober) tidy(ctx context.Context, undos [][]string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyDeadline)
	defer cancel()
	var errs []error
	for _, args := range slices.Backward(undos) {
		err := p.call(ctx, nil, args...)
		if err != nil && !says(err, absent) {
			errs = append(errs, fmt.Errorf("tidy up after the probe: %w", err))
		}
	}
	return errors.Join(errs...)
}
