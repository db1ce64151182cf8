package layer

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Writer writes a layer into a temporary file.
type Writer struct {
	file *os.File
	hash hash.Hash
	tar  *tar.Writer
}

// NewWriter starts a layer in a new file in dir.
func NewWriter(dir string) (*Writer, error) {
	f, err := os.CreateTemp(dir, "layer-")
	if err != nil {
		return nil, fmt.Errorf("create a layer: %w", err)
	}
	h := sha256.New()
	return &Writer{file: f, hash: h, tar: tar.NewWriter(io.MultiWriter(f, h))}, nil
}

// Add writes one entry. Of the header only what belongs to the content is
// taken; times and names of owners are not.
func (w *Writer) Add(header *tar.Header, body io.Reader) error {
	clean := tar.Header{
		Typeflag: header.Typeflag, Name: header.Name, Linkname: header.Linkname, Size: header.Size,
		Mode: header.Mode & 0o7777, Uid: header.Uid, Gid: header.Gid, ModTime: Time(),
		PAXRecords: extendedAttributes(header.PAXRecords),
	}
	if err := w.tar.WriteHeader(&clean); err != nil {
		return fmt.Errorf("write %s into the layer: %w", header.Name, err)
	}
	if body == nil {
		return nil
	}
	if _, err := io.Copy(w.tar, body); err != nil {
		return fmt.Errorf("write %s into the layer: %w", header.Name, err)
	}
	return nil
}

// extendedAttributes are those of the PAX records that are part of a file, such
// as capabilities.
func extendedAttributes(records map[string]string) map[string]string {
	var kept map[string]string
	for key, value := range records {
		if strings.HasPrefix(key, "SCHILY.xattr.") {
			if kept == nil {
				kept = map[string]string{}
			}
			kept[key] = value
		}
	}
	return kept
}

// Finish ends the layer. The caller moves its file to where it shall stay.
func (w *Writer) Finish() (*Layer, error) {
	if err := w.tar.Close(); err != nil {
		w.Discard()
		return nil, fmt.Errorf("finish the layer: %w", err)
	}
	info, err := w.file.Stat()
	if err == nil {
		err = w.file.Close()
	}
	if err != nil {
		w.Discard()
		return nil, fmt.Errorf("finish the layer: %w", err)
	}
	digest := v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(w.hash.Sum(nil))}
	return FromFile(w.file.Name(), digest, info.Size()), nil
}

// Discard drops an unfinished layer.
func (w *Writer) Discard() {
	_ = w.file.Close()
	_ = os.Remove(w.file.Name())
}
