package archive

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/distribution/reference"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"firedrill/pipeline/images/blobs"
	"firedrill/pipeline/images/layer"
)

// The annotations by which an importer names an image: containerd's own and
// the one of the OCI format.
const (
	containerdName = "io.containerd.image.name"
	refName        = "org.opencontainers.image.ref.name"
)

// WriteOCI writes what 'ctr images import' reads. The same images give the
// same bytes.
func WriteOCI(w io.Writer, images []Named) error {
	images = slices.SortedFunc(slices.Values(images), func(a, b Named) int { return strings.Compare(a.Name, b.Name) })
	out := &ociWriter{tar: tar.NewWriter(w), done: map[v1.Hash]bool{}}
	index := v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex}
	for _, n := range images {
		d, err := out.image(n)
		if err != nil {
			return fmt.Errorf("write %s into an archive: %w", n.Name, err)
		}
		index.Manifests = append(index.Manifests, d)
	}
	text, err := json.Marshal(index)
	if err != nil {
		return err
	}
	if err := out.file("index.json", text); err != nil {
		return err
	}
	if err := out.file("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)); err != nil {
		return err
	}
	return out.tar.Close()
}

type ociWriter struct {
	tar  *tar.Writer
	done map[v1.Hash]bool // images share layers
}

func (o *ociWriter) image(n Named) (v1.Descriptor, error) {
	full, err := FullName(n.Name)
	if err != nil {
		return v1.Descriptor{}, err
	}
	all, err := blobs.Of(n.Image)
	if err != nil {
		return v1.Descriptor{}, err
	}
	for _, b := range all {
		if err := o.blob(b); err != nil {
			return v1.Descriptor{}, err
		}
	}
	media, err := n.Image.MediaType()
	if err != nil {
		return v1.Descriptor{}, err
	}
	manifest := all[len(all)-1]
	return v1.Descriptor{
		MediaType: media, Size: manifest.Size, Digest: manifest.Digest,
		Annotations: map[string]string{containerdName: full, refName: full[strings.LastIndex(full, ":")+1:]},
	}, nil
}

// FullName is the name by which container runtimes know the image: with the
// registry's, which for Docker's own is docker.io. Without it Podman would take
// the name for one of localhost, and a node's containerd would not find it.
func FullName(image string) (string, error) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return "", fmt.Errorf("image name %q: %w", image, err)
	}
	return named.String(), nil
}

func (o *ociWriter) blob(b blobs.Blob) error {
	if o.done[b.Digest] {
		return nil
	}
	o.done[b.Digest] = true
	body, err := b.Open()
	if err != nil {
		return err
	}
	defer body.Close()
	return o.entry("blobs/"+b.Digest.Algorithm+"/"+b.Digest.Hex, b.Size, body)
}

func (o *ociWriter) file(name string, text []byte) error {
	return o.entry(name, int64(len(text)), bytes.NewReader(text))
}

func (o *ociWriter) entry(name string, size int64, body io.Reader) error {
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644, ModTime: layer.Time()}
	if err := o.tar.WriteHeader(header); err != nil {
		return err
	}
	_, err := io.Copy(o.tar, body)
	return err
}
