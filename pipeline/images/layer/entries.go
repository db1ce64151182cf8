package layer

import (
	"archive/tar"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// Entry is a file, folder or link of a layer, owned by root.
type Entry struct {
	Path string // absolute
	Mode int64
	// Exactly one of these says what it is; none of them: a folder.
	Content []byte
	File    string // on this machine
	Link    string
}

// Write makes a layer of entries, to lie on those that tree describes. Folders
// that tree lacks are added, paths through its links follow them, and tree
// takes the new entries in.
func Write(dir string, entries []Entry, tree *Tree) (*Layer, error) {
	entries, err := place(entries, tree)
	if err != nil {
		return nil, err
	}
	w, err := NewWriter(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if err := e.write(w); err != nil {
			w.Discard()
			return nil, err
		}
	}
	return w.Finish()
}

// place resolves links, adds missing folders and sorts.
func place(entries []Entry, tree *Tree) ([]Entry, error) {
	placed := map[string]Entry{}
	for _, e := range entries {
		e.Path = tree.Resolve(e.Path)
		if _, twice := placed[e.Path]; twice {
			return nil, fmt.Errorf("a layer has two entries at %s: put one of them into a layer of its own or leave it out", e.Path)
		}
		placed[e.Path] = e
	}
	for _, e := range entries {
		for dir := path.Dir(tree.Resolve(e.Path)); dir != "/"; dir = path.Dir(dir) {
			if _, given := placed[dir]; !given && !tree.HasDir(dir) {
				placed[dir] = Entry{Path: dir, Mode: 0o755}
			}
		}
	}
	sorted := make([]Entry, 0, len(placed))
	for _, e := range placed {
		sorted = append(sorted, e)
		tree.add(e.Path, e.isDir(), e.Link)
	}
	slices.SortFunc(sorted, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
	return sorted, nil
}

func (e Entry) isDir() bool { return e.Content == nil && e.File == "" && e.Link == "" }

func (e Entry) write(w *Writer) error {
	header := &tar.Header{Name: strings.TrimPrefix(e.Path, "/"), Mode: e.Mode}
	switch {
	case e.isDir():
		header.Typeflag, header.Name = tar.TypeDir, header.Name+"/"
		return w.Add(header, nil)
	case e.Link != "":
		header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, e.Link, 0o777
		return w.Add(header, nil)
	}
	header.Typeflag = tar.TypeReg
	body, size, err := e.open()
	if err != nil {
		return fmt.Errorf("put %s into the layer: %w", e.Path, err)
	}
	defer body.Close()
	header.Size = size
	return w.Add(header, body)
}

func (e Entry) open() (io.ReadCloser, int64, error) {
	if e.File == "" {
		return io.NopCloser(bytes.NewReader(e.Content)), int64(len(e.Content)), nil
	}
	f, err := os.Open(e.File)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}
