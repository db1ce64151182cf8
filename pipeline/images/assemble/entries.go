package assemble

import (
	"context"
	"fmt"
	"os"

	"firedrill/pipeline/images/archive"
	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/spec"
)

// entries are the files of a layer that is not a Debian one.
func (b Builder) entries(ctx context.Context, p *plan, u unit, l spec.Layer) ([]layer.Entry, error) {
	switch {
	case l.Go != nil:
		return p.programs(ctx, u.Spec, l.Go)
	case l.Images != nil:
		return b.images(p, *l.Images)
	}
	var entries []layer.Entry
	for _, f := range l.Files {
		found, err := b.file(ctx, p, u.Spec, f)
		if err != nil {
			return nil, fmt.Errorf("the file %s: %w", f.To, err)
		}
		entries = append(entries, found...)
	}
	return entries, nil
}

// images is an archive of parts, which have been built before.
func (b Builder) images(p *plan, l spec.Images) ([]layer.Entry, error) {
	list, err := b.Store.List()
	if err != nil {
		return nil, err
	}
	var named []archive.Named
	for _, name := range l.Names {
		for _, e := range list {
			if e.Name != name {
				continue
			}
			img, err := b.Store.Image(e)
			if err != nil {
				return nil, err
			}
			named = append(named, archive.Named{Name: name, Image: img})
		}
	}
	if len(named) != len(l.Names) {
		return nil, fmt.Errorf("put %d images into %s: only %d are in the store", len(l.Names), l.To, len(named))
	}
	f, err := os.CreateTemp(p.work, "images-")
	if err != nil {
		return nil, fmt.Errorf("make room for %s: %w", l.To, err)
	}
	defer f.Close()
	if err := archive.WriteOCI(f, named); err != nil {
		return nil, err
	}
	return []layer.Entry{{Path: l.To, Mode: 0o644, File: f.Name()}}, nil
}
