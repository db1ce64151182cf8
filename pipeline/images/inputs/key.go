package inputs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"firedrill/pipeline/images/gobuild"
	"firedrill/pipeline/images/spec"
)

// keyer makes the keys of the units of one image.yaml.
type keyer struct {
	base      string
	toolchain Input
	programs  map[string]keyed // of each program, by id
	images    map[string]Keys  // of the parts
}

func (k keyer) unit(u Unit) (Keys, error) {
	recipe, err := file(u.Spec.Path(spec.FileName))
	if err != nil {
		return Keys{}, fmt.Errorf("inputs of the image %s: %w", u.Name, err)
	}
	keys := Keys{Inputs: []Input{k.toolchain, recipe}}
	below := k.base
	for _, l := range u.Build.Layers {
		from, err := k.layer(u.Spec, l)
		if err != nil {
			return Keys{}, fmt.Errorf("inputs of the image %s: %w", u.Name, err)
		}
		var hashes []string
		for _, f := range from {
			hashes = append(hashes, f.key)
			keys.Inputs = append(keys.Inputs, f.inputs...)
		}
		below = hash([]any{below, l, hashes})
		keys.Layers = append(keys.Layers, below)
	}
	keys.Image = hash([]any{u.Name, below, u.Build.Config})
	keys.Inputs, err = sorted(u.Spec.Dir, keys.Inputs)
	return keys, err
}

// layer collects what a layer depends on besides its own text.
func (k keyer) layer(s spec.Spec, l spec.Layer) ([]keyed, error) {
	var from []keyed
	for _, group := range layerGroups(s, l) {
		from = append(from, k.programs[id(group)])
	}
	for _, f := range l.Files {
		switch f.Kind() {
		case "source":
			tree, err := treeOf(s.Path(f.Source))
			if err != nil {
				return nil, err
			}
			from = append(from, tree)
		case "from":
			pinned, err := pinnedModule(s.Path(f.Module))
			if err != nil {
				return nil, err
			}
			from = append(from, pinned)
		}
	}
	if l.Images != nil {
		for _, name := range l.Images.Names {
			from = append(from, keyed{k.images[name].Image, k.images[name].Inputs})
		}
	}
	return from, nil
}

// programKey stands for a program's sources, and for the C compiler where they
// need one.
func programKey(ctx context.Context, g gobuild.Go, group gobuild.Group) (keyed, error) {
	sources, err := sourcesKey(ctx, g, group)
	if err != nil || !group.Cgo {
		return sources, err
	}
	c, err := g.CToolchain(ctx)
	lines := strings.Split(c, "\n")
	compiler := Input{Name: lines[0]}
	library := Input{Name: "libc.a", Digest: map[string]string{SHA256: lines[len(lines)-1]}}
	return keyed{hash([]string{sources.key, c}), append(sources.inputs, compiler, library)}, err
}

func sourcesKey(ctx context.Context, g gobuild.Go, group gobuild.Group) (keyed, error) {
	local, err := gobuild.Local(group.Dir, group.Packages[0])
	if err != nil {
		return keyed{}, err
	}
	if !local {
		return pinnedModule(group.Dir)
	}
	sources, err := g.Sources(ctx, group)
	if err != nil {
		return keyed{}, fmt.Errorf("list the sources of %s: %w", group.Packages[0], err)
	}
	found, err := modules(group.Dir, sources.Modules)
	if err != nil {
		return keyed{}, err
	}
	parts := append([]string{"local"}, sources.Modules...)
	for _, path := range sources.Files {
		f, err := file(path)
		if err != nil {
			return keyed{}, err
		}
		rel, err := filepath.Rel(group.Dir, path)
		if err != nil {
			return keyed{}, err
		}
		parts = append(parts, rel, f.Digest[SHA256])
		found = append(found, f)
	}
	return keyed{hash(parts), found}, nil
}

// treeOf is a file, or a folder with all that is in it.
func treeOf(root string) (keyed, error) {
	key, err := treeHash(root)
	if err != nil {
		return keyed{}, err
	}
	var found []Input
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := file(path)
		found = append(found, f)
		return err
	})
	return keyed{key, found}, err
}
