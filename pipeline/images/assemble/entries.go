package assemble

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"firedrill/pipeline/images/archive"
	"firedrill/pipeline/images/inputs"
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

// file is one item of a layer of files; a folder gives more than one entry.
func (b Builder) file(ctx context.Context, p *plan, s spec.Spec, f spec.File) ([]layer.Entry, error) {
	e := layer.Entry{Path: f.To, Mode: permissions(f.Mode, 0o644)}
	switch f.Kind() {
	case "content":
		e.Content = []byte(*f.Content)
	case "link":
		e.Link = f.Link
	case "dir":
		e.Mode = permissions(f.Mode, 0o755)
	case "output":
		out, err := p.output(ctx, b, inputs.Output(s, *f.Output), f.Output.Args)
		if err != nil {
			return nil, err
		}
		e.Content = append([]byte{}, out...)
	case "source":
		return tree(s.Path(f.Source), f)
	case "from":
		dir, err := b.Go.ModuleDir(ctx, s.Path(f.Module), f.Of)
		if err != nil {
			return nil, err
		}
		return tree(filepath.Join(dir, filepath.FromSlash(f.From)), f)
	}
	return []layer.Entry{e}, nil
}

// tree is a file, or a folder with all that is in it.
func tree(root string, f spec.File) ([]layer.Entry, error) {
	var entries []layer.Entry
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		e := layer.Entry{Path: path.Join(f.To, filepath.ToSlash(rel))}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		if info.IsDir() {
			e.Mode = 0o755
		} else {
			e.File, e.Mode = file, permissions(f.Mode, executable(info.Mode()))
		}
		entries = append(entries, e)
		return nil
	})
	return entries, err
}

// executable keeps of a mode what git keeps.
func executable(mode fs.FileMode) int64 {
	if mode&0o100 != 0 {
		return 0o755
	}
	return 0o644
}

func permissions(mode string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(mode, 8, 64); err == nil {
		return n
	}
	return otherwise
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
