package images

import (
	"context"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"

	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/images/store"
)

// parallelPulls is how many images are pulled at once.
const parallelPulls = 4

func (e *ensurer) pullAll(ctx context.Context, specs []spec.Spec) error {
	var pulls errgroup.Group
	pulls.SetLimit(parallelPulls)
	for _, s := range specs {
		e.start(s.Name)
		pulls.Go(func() error {
			if err := e.pull(ctx, s); err != nil {
				e.end(s.Name, Image{}, err)
			}
			return nil
		})
	}
	return pulls.Wait()
}

func (e *ensurer) pull(ctx context.Context, s spec.Spec) error {
	pin := s.Digest
	if other, ok := e.options.Pins[s.Name]; ok {
		pin = other
	}
	if pin != "" {
		if known, err := e.current(s.Name, pulledKey(pin)); known || err != nil {
			return err
		}
	}
	clock := e.start(s.Name)
	digest, err := e.options.Client.Resolve(ctx, s.Name, pin)
	if err != nil {
		return err
	}
	if known, err := e.current(s.Name, pulledKey(digest)); known || err != nil {
		return err
	}
	clock.Progress("pulling " + digest)
	var entry store.Entry
	err = e.options.Client.Pull(ctx, s.Name, digest, func(img v1.Image) (err error) {
		entry, err = e.options.Store.images.Put(img, store.Entry{
			Name: s.Name, Key: pulledKey(digest), Source: string(Registry), Seconds: clock.Seconds(), Origin: digest,
		})
		return err
	})
	if err != nil {
		return err
	}
	e.Done(s.Name, entry, nil)
	return nil
}

// pulledKey is the key of an image that a registry gave.
func pulledKey(digest string) string { return "registry linux/" + runtime.GOARCH + " " + digest }
