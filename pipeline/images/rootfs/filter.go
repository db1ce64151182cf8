package rootfs

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/spec"
)

// filter copies a file system into a layer, entry by entry.
type filter struct {
	remove, keep []string
	out          *layer.Writer
	pending      []*tar.Header   // folders above a path that may yet be kept
	written      map[string]bool // files that a hard link may point to
	status, debs []byte
}

func newFilter(d spec.Debian, out *layer.Writer) *filter {
	remove := append(append([]string{}, varying...), d.Remove...)
	return &filter{remove: remove, keep: d.Keep, out: out, written: map[string]bool{}}
}

func (f *filter) copy(r io.Reader) error {
	in := tar.NewReader(r)
	for {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			// What follows the end mark is padding; the writer waits for its reader.
			_, err = io.Copy(io.Discard, r)
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = nil
			}
			return err
		}
		if err == nil {
			err = f.entry(header, in)
		}
		if err != nil {
			return fmt.Errorf("read the file system that mmdebstrap made: %w", err)
		}
	}
}

func (f *filter) entry(header *tar.Header, body io.Reader) error {
	p := path.Join("/", header.Name)
	body, err := f.note(p, body)
	if err != nil {
		return err
	}
	switch {
	case p == "/" || p == debs || matches(f.remove, p) || isLog(p, header):
		return nil
	case header.Typeflag == tar.TypeDir:
		f.pending = append(above(f.pending, p), header)
		if f.keeps(p) {
			return f.flush(p)
		}
		return nil
	case !f.keeps(p) && !f.rootLink(p, header):
		return nil
	}
	if err := f.flush(p); err != nil {
		return err
	}
	return f.write(p, header, body)
}

// note reads the files that say what is installed.
func (f *filter) note(p string, body io.Reader) (io.Reader, error) {
	var into *[]byte
	switch p {
	case status:
		into = &f.status
	case debs:
		into = &f.debs
	default:
		return body, nil
	}
	content, err := io.ReadAll(body)
	*into = content
	return bytes.NewReader(content), err
}

func (f *filter) write(p string, header *tar.Header, body io.Reader) error {
	header.Name = strings.TrimPrefix(p, "/")
	switch header.Typeflag {
	case tar.TypeReg:
		f.written[p] = true
		if p == emptied {
			header.Size, body = 0, nil
		}
	case tar.TypeLink:
		target := path.Join("/", header.Linkname)
		if !f.written[target] {
			return fmt.Errorf("%s is the same file as %s, which 'remove' or 'keep' leaves out: keep or remove both", p, target)
		}
		header.Linkname, body = strings.TrimPrefix(target, "/"), nil
	case tar.TypeSymlink:
		body = nil
	default:
		return nil // devices, pipes and sockets are the container runtime's matter
	}
	return f.out.Add(header, body)
}

// flush writes the folders above p, and p if it is one, that were held back.
func (f *filter) flush(p string) error {
	f.pending = above(f.pending, p)
	for _, header := range f.pending {
		header.Name = strings.TrimPrefix(path.Join("/", header.Name), "/") + "/"
		if err := f.out.Add(header, nil); err != nil {
			return err
		}
	}
	f.pending = nil
	return nil
}

// above keeps those folders that p lies in or is.
func above(dirs []*tar.Header, p string) []*tar.Header {
	kept := dirs[:0]
	for _, d := range dirs {
		if dir := path.Join("/", d.Name); dir == p || strings.HasPrefix(p, dir+"/") {
			kept = append(kept, d)
		}
	}
	return kept
}

func (f *filter) keeps(p string) bool { return len(f.keep) == 0 || matches(f.keep, p) }

// rootLink is a link such as /lib -> usr/lib, without which the loader of a
// kept program is not found.
func (f *filter) rootLink(p string, header *tar.Header) bool {
	return header.Typeflag == tar.TypeSymlink && path.Dir(p) == "/"
}
