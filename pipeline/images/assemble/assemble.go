// Package assemble builds images from source: it plans which programs and file
// systems are wanted, makes them side by side as far as the machine allows, and
// puts them together as layers.
package assemble

import (
	"context"
	"fmt"
	"os"
	"sync"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/rootfs"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/images/store"
)

// Source is what store.Entry.Source says of an image built here.
const Source = "source"

// Builder builds images into a store.
type Builder struct {
	Go     gobuild.Go
	Rootfs rootfs.Maker
	Store  *store.Store
	Limits Limits
}

// Hooks tell how far the image of a name has got. Parts report under the name
// of the image that they belong to.
type Hooks interface {
	Progress(image, message string)
	Done(image string, entry store.Entry, err error)
}

// Build builds the images, which are known to be out of date, and calls
// hooks.Done once for each. keys are those of all of them and their parts.
func (b Builder) Build(ctx context.Context, specs []spec.Spec, keys map[string]inputs.Keys, hooks Hooks) error {
	parent, err := b.Store.Work()
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(parent, "build-")
	if err != nil {
		return fmt.Errorf("make room for a build: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }() // Store.Collect removes what stays
	b.Go.Temp = work
	p, err := b.plan(specs, keys, work)
	if err != nil {
		return err
	}
	stop := p.start(ctx, b, hooks)
	defer stop()
	var all sync.WaitGroup
	for _, s := range specs {
		all.Go(func() {
			entry, err := b.image(ctx, p, s, hooks)
			hooks.Done(s.Name, entry, err)
		})
	}
	all.Wait()
	return nil
}

// image builds the parts of an image that are wanted, then the image.
func (b Builder) image(ctx context.Context, p *plan, s spec.Spec, hooks Hooks) (store.Entry, error) {
	var entry store.Entry
	for _, u := range p.units[s.Name] {
		var err error
		if entry, err = b.unit(ctx, p, u, hooks); err != nil {
			if u.Name != s.Name {
				return store.Entry{}, fmt.Errorf("build %s, a part of %s: %w", u.Name, s.Name, err)
			}
			return store.Entry{}, fmt.Errorf("build %s: %w", s.Name, err)
		}
	}
	return entry, nil
}

// unit puts the layers of one image together.
func (b Builder) unit(ctx context.Context, p *plan, u unit, hooks Hooks) (store.Entry, error) {
	tree := layer.NewTree()
	layers := make([]finished, len(u.Build.Layers))
	for i := range u.Build.Layers {
		var err error
		hooks.Progress(u.owner, fmt.Sprintf("%slayer %d of %d: %s", u.prefix(), i+1, len(layers), describe(u.Build.Layers[i])))
		if layers[i], err = b.layer(ctx, p, u, i, tree); err != nil {
			return store.Entry{}, err
		}
	}
	img, err := image(u.Build.Config, layers, b.Go.Arch)
	if err != nil {
		return store.Entry{}, err
	}
	entry := store.Entry{
		Name: u.Name, Key: u.keys.Image, Layers: u.keys.Layers, Source: Source, Seconds: p.seconds(u.owner),
	}
	if u.Name != u.owner {
		entry.Within = u.owner
	}
	if entry, err = b.Store.Put(img, entry); err != nil {
		return store.Entry{}, err
	}
	return entry, b.vouch(entry, u, layers)
}
