package images

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"firedrill/pipeline/event"
	"firedrill/pipeline/images/assemble"
	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/images/store"
)

// Ensure makes the store hold every image of o.Specs, as its image.yaml says
// now, and returns them in the order of o.Specs. Images that are up to date are
// left as they are. One that fails does not keep the others from being made.
func Ensure(ctx context.Context, o Options) ([]Image, error) {
	o = o.withDefaults()
	done, err := o.Store.images.Use()
	if err != nil {
		return nil, err
	}
	e := &ensurer{options: o, tasks: map[string]*event.Task{}, images: map[string]Image{}, errs: map[string]error{}}
	err = e.run(ctx)
	done()
	if err != nil {
		return nil, err
	}
	// What the images of before consisted of is of no use any more.
	if _, err := o.Store.images.Collect(); err != nil {
		return nil, err
	}
	return e.result()
}

// ensurer is one call of Ensure.
type ensurer struct {
	options Options

	mu     sync.Mutex
	tasks  map[string]*event.Task
	images map[string]Image
	errs   map[string]error
}

func (e *ensurer) run(ctx context.Context) error {
	pull, build := e.split(e.source(ctx))
	var both errgroup.Group
	both.Go(func() error { return e.pullAll(ctx, pull) })
	both.Go(func() error { return e.buildAll(ctx, build) })
	return both.Wait()
}

// source decides what Auto means on this machine.
func (e *ensurer) source(ctx context.Context) Source {
	o := e.options
	if o.Source != Auto {
		return o.Source
	}
	answers := o.RegistryAnswers
	for i := 0; answers == nil && i < len(o.Specs); i++ {
		if !ours(o.Specs[i].Name) {
			found := o.Client.Answers(ctx, o.Specs[i].Name)
			answers = &found
		}
	}
	if answers != nil && *answers {
		return Registry
	}
	return FromSource
}

// ours tells whether no registry has the image, because it is built here.
func ours(name string) bool { return strings.HasPrefix(name, "localhost/") }

func (e *ensurer) split(source Source) (pull, build []spec.Spec) {
	for _, s := range e.options.Specs {
		if source == Registry && !ours(s.Name) {
			pull = append(pull, s)
		} else {
			build = append(build, s)
		}
	}
	return pull, build
}

// buildAll builds those images whose inputs have changed.
func (e *ensurer) buildAll(ctx context.Context, specs []spec.Spec) error {
	if len(specs) == 0 {
		return nil
	}
	keys, err := inputs.All(ctx, e.options.toolchain(), specs)
	if err != nil {
		return fmt.Errorf("find out which images are out of date: %w", err)
	}
	var stale []spec.Spec
	for _, s := range specs {
		e.start(s.Name)
		known, err := e.vouched(s)
		if known && err == nil {
			known, err = e.current(s.Name, keys[s.Name].Image)
		}
		if err != nil {
			return err
		}
		if !known {
			stale = append(stale, s)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	builder, err := e.options.builder()
	if err != nil {
		return err
	}
	return builder.Build(ctx, stale, keys, e)
}

// vouched tells whether provenance lacks neither for the image, if the store has
// it, nor for a part of it. What lacks it is put together again.
func (e *ensurer) vouched(s spec.Spec) (bool, error) {
	entries, err := e.options.Store.images.List()
	if err != nil {
		return false, err
	}
	units := inputs.Units(s)
	return !slices.ContainsFunc(entries, func(one store.Entry) bool {
		return slices.ContainsFunc(units, func(u inputs.Unit) bool { return u.Name == one.Name }) &&
			!assemble.Vouched(e.options.Store.images, one)
	}), nil
}

// current ends the image's task if the store has it with that key.
func (e *ensurer) current(name, key string) (bool, error) {
	entries, err := e.options.Store.images.List()
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(entries, func(s store.Entry) bool { return s.Name == name && s.Key == key })
	if i < 0 {
		return false, nil
	}
	image, err := e.options.Store.describe(entries[i])
	if err != nil {
		return false, err
	}
	image.Cached = true
	e.end(name, image, nil)
	return true, nil
}
