package inputs

import (
	"context"
	"fmt"
	"path/filepath"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/spec"
)

// keyer makes the keys of the units of one image.yaml.
type keyer struct {
	base     string
	programs map[string]string // key of each program, by id
	images   map[string]Keys   // of the parts
}

func (k keyer) unit(u Unit) (Keys, error) {
	var keys Keys
	below := k.base
	for _, l := range u.Build.Layers {
		inputs, err := k.layer(u.Spec, l)
		if err != nil {
			return Keys{}, fmt.Errorf("inputs of the image %s: %w", u.Name, err)
		}
		below = hash([]any{below, l, inputs})
		keys.Layers = append(keys.Layers, below)
	}
	keys.Image = hash([]any{u.Name, below, u.Build.Config})
	return keys, nil
}

// layer collects what a layer depends on besides its own text.
func (k keyer) layer(s spec.Spec, l spec.Layer) ([]string, error) {
	var inputs []string
	for _, group := range layerGroups(s, l) {
		inputs = append(inputs, k.programs[id(group)])
	}
	for _, f := range l.Files {
		switch f.Kind() {
		case "source":
			sum, err := treeHash(s.Path(f.Source))
			if err != nil {
				return nil, err
			}
			inputs = append(inputs, sum)
		case "from":
			sum, err := moduleHash(s.Path(f.Module))
			if err != nil {
				return nil, err
			}
			inputs = append(inputs, sum)
		}
	}
	if l.Images != nil {
		for _, name := range l.Images.Names {
			inputs = append(inputs, k.images[name].Image)
		}
	}
	return inputs, nil
}

// programKey stands for a program's sources, and for the C compiler where they
// need one.
func programKey(ctx context.Context, g gobuild.Go, group gobuild.Group) (string, error) {
	sources, err := sourcesKey(ctx, g, group)
	if err != nil || !group.Cgo {
		return sources, err
	}
	c, err := g.CToolchain(ctx)
	return hash([]string{sources, c}), err
}

func sourcesKey(ctx context.Context, g gobuild.Go, group gobuild.Group) (string, error) {
	local, err := gobuild.Local(group.Dir, group.Packages[0])
	if err != nil {
		return "", err
	}
	if !local {
		return moduleHash(group.Dir)
	}
	sources, err := g.Sources(ctx, group)
	if err != nil {
		return "", fmt.Errorf("list the sources of %s: %w", group.Packages[0], err)
	}
	parts := append([]string{"local"}, sources.Modules...)
	for _, file := range sources.Files {
		sum, err := fileHash(file)
		if err != nil {
			return "", err
		}
		rel, err := filepath.Rel(group.Dir, file)
		if err != nil {
			return "", err
		}
		parts = append(parts, rel, sum)
	}
	return hash(parts), nil
}
