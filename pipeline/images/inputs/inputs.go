// Package inputs gives every layer and image a key that stands for all it is
// made from. As long as the key is the same, nothing has to be built.
package inputs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/spec"
)

// format changes when the same inputs give other bytes, because the builder
// itself has changed.
const format = 2

// Keys are those of one image.
type Keys struct {
	Image string
	// Layers have a key each, from the lowest up. It covers the layers below:
	// a layer leaves out folders that they have.
	Layers []string
	// Inputs are what the keys were made of, in the order of their names.
	Inputs []Input
}

// All gives the keys of all images and their parts by name.
func All(ctx context.Context, g gobuild.Go, specs []spec.Spec) (map[string]Keys, error) {
	version, err := g.Version(ctx)
	if err != nil {
		return nil, err
	}
	programs, err := programKeys(ctx, g, specs)
	if err != nil {
		return nil, err
	}
	keys := map[string]Keys{}
	for _, s := range specs {
		k := keyer{
			base:      fmt.Sprintf("format %d, %s, linux/%s, epoch %d", format, version, g.Arch, layer.Epoch),
			toolchain: Input{Name: "pkg:generic/go@" + version}, programs: programs, images: keys,
		}
		for _, u := range Units(s) {
			if keys[u.Name], err = k.unit(u); err != nil {
				return nil, err
			}
		}
	}
	return keys, nil
}

// programKeys asks go list, side by side, what the programs of local modules
// are built from. All others are fixed by go.mod and go.sum.
func programKeys(ctx context.Context, g gobuild.Go, specs []spec.Spec) (map[string]keyed, error) {
	groups := map[string]gobuild.Group{}
	for _, s := range specs {
		for _, u := range Units(s) {
			for _, l := range u.Build.Layers {
				for _, group := range layerGroups(s, l) {
					groups[id(group)] = group
				}
			}
		}
	}
	keys := make(map[string]*keyed, len(groups))
	run, ctx := errgroup.WithContext(ctx)
	run.SetLimit(runtime.NumCPU())
	for name, group := range groups {
		key := new(keyed)
		keys[name] = key
		run.Go(func() (err error) {
			*key, err = programKey(ctx, g, group)
			return err
		})
	}
	if err := run.Wait(); err != nil {
		return nil, err
	}
	found := make(map[string]keyed, len(keys))
	for name, key := range keys {
		found[name] = *key
	}
	return found, nil
}

func id(g gobuild.Group) string { return hash(g) }

// hash is the digest of a value's JSON, whose keys come in a fixed order.
func hash(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("inputs: plain data that JSON cannot hold: %v", err)) // a mistake in this package
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
