package assemble

import (
	"context"

	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/spec"
)

// finished is a layer in the store and what its descriptor says of it.
type finished struct {
	*layer.Layer
	annotations map[string]string
	createdBy   string
}

// layer takes a layer out of the store or makes it. tree takes in what it
// holds.
func (b Builder) layer(ctx context.Context, p *plan, u unit, i int, tree *layer.Tree) (finished, error) {
	l, key := u.Build.Layers[i], u.keys.Layers[i]
	f, known := p.known[key]
	if !known {
		var err error
		if f, err = b.make(ctx, p, u, l, key, tree); err != nil {
			return finished{}, err
		}
	}
	f.createdBy = "firedrill: " + describe(l)
	// Only a layer that is not the topmost has one above it that asks.
	if i+1 < len(u.Build.Layers) {
		if err := tree.Read(f.Layer); err != nil {
			return finished{}, err
		}
	}
	return f, nil
}

func (b Builder) make(ctx context.Context, p *plan, u unit, l spec.Layer, key string, tree *layer.Tree) (finished, error) {
	if l.Debian != nil {
		return p.filesystems[key].wait(ctx)
	}
	entries, err := b.entries(ctx, p, u, l)
	if err != nil {
		return finished{}, err
	}
	made, err := layer.Write(p.work, entries, tree)
	if err != nil {
		return finished{}, err
	}
	made, err = b.Store.Adopt(made)
	return finished{Layer: made}, err
}
