package layer

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Tree knows the folders and links of the layers below a new one. Without it a
// new layer's folder bin/ would replace a link of that name and hide every
// program behind it.
type Tree struct {
	dirs  map[string]bool
	links map[string]string
}

// NewTree is the tree of no layers.
func NewTree() *Tree { return &Tree{dirs: map[string]bool{}, links: map[string]string{}} }

// Read takes in what the layer holds.
func (t *Tree) Read(l *Layer) error {
	f, err := os.Open(l.File())
	if err != nil {
		return fmt.Errorf("read a layer: %w", err)
	}
	defer f.Close()
	r := tar.NewReader(f)
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the layer %s: %w", l.File(), err)
		}
		link := ""
		if header.Typeflag == tar.TypeSymlink {
			link = header.Linkname
		}
		t.add(path.Join("/", header.Name), header.Typeflag == tar.TypeDir, link)
	}
}

func (t *Tree) add(p string, dir bool, link string) {
	delete(t.dirs, p)
	delete(t.links, p)
	switch {
	case dir:
		t.dirs[p] = true
	case link != "":
		t.links[p] = link
	}
}

// HasDir tells whether the path is a folder.
func (t *Tree) HasDir(p string) bool { return t.dirs[p] }

// maxLinks bounds a chain of links, as the kernel does.
const maxLinks = 40

// Resolve follows the links among the folders of a path, not a link that the
// path itself may be.
func (t *Tree) Resolve(p string) string {
	for range maxLinks {
		next, found := t.follow(p)
		if !found {
			return p
		}
		p = next
	}
	return p
}

func (t *Tree) follow(p string) (string, bool) {
	for i := 1; i < len(p); i++ {
		if p[i] != '/' {
			continue
		}
		if target, ok := t.links[p[:i]]; ok {
			if !strings.HasPrefix(target, "/") {
				target = path.Join(path.Dir(p[:i]), target)
			}
			return path.Join("/", target, p[i:]), true
		}
	}
	return p, false
}
