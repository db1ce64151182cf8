package assemble

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/spec"
)

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
	err := filepath.WalkDir(root, func(file string, _ fs.DirEntry, err error) error {
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
