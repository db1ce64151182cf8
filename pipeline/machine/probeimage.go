package machine

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// probeImage is an image with a single file, a program that does nothing: no
// registry is needed to get it.
func probeImage(arch string) (v1.Image, error) {
	program, err := exitProgram(arch)
	if err != nil {
		return nil, err
	}
	files, err := oneFile("probe", program)
	if err != nil {
		return nil, fmt.Errorf("make the probe's layer: %w", err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(files)), nil
	})
	if err != nil {
		return nil, fmt.Errorf("make the probe's layer: %w", err)
	}
	base, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		OS:           "linux",
		Architecture: arch,
		RootFS:       v1.RootFS{Type: "layers"},
		Config: v1.Config{
			Entrypoint: []string{"/probe"},
			Labels:     map[string]string{probeLabel: "true"},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("make the probe's image: %w", err)
	}
	return mutate.AppendLayers(base, layer)
}

// oneFile is a tar archive with one executable in it.
func oneFile(name string, content []byte) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o555, Size: int64(len(content))}); err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// probeArchive is the probe's image under the tag, in the form that `load`
// reads.
func probeArchive(tag name.Tag, arch string) (io.Reader, error) {
	image, err := probeImage(arch)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := tarball.Write(tag, image, &b); err != nil {
		return nil, fmt.Errorf("write the probe's image: %w", err)
	}
	return &b, nil
}
