package archive_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images/archive"
	"firedrill/pipeline/images/layer"
)

func image(t *testing.T, texts ...string) v1.Image {
	t.Helper()
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	for _, text := range texts {
		l, err := layer.Write(t.TempDir(), []layer.Entry{{Path: "/" + text, Mode: 0o644, Content: []byte(text)}}, layer.NewTree())
		require.NoError(t, err)
		img, err = mutate.AppendLayers(img, l)
		require.NoError(t, err)
	}
	return img
}

func TestDockerArchiveKeepsNameAndConfiguration(t *testing.T) {
	img := image(t, "a", "b")
	file := filepath.Join(t.TempDir(), "a.tar")
	f, err := os.Create(file)
	require.NoError(t, err)
	require.NoError(t, archive.WriteDocker(f, []archive.Named{{Name: "localhost/a:1", Image: img}}))
	require.NoError(t, f.Close())
	tag, err := name.NewTag("localhost/a:1")
	require.NoError(t, err)
	got, err := tarball.ImageFromPath(file, &tag)
	require.NoError(t, err)
	want, err := img.ConfigName()
	require.NoError(t, err)
	id, err := got.ConfigName()
	require.NoError(t, err)
	require.Equal(t, want, id)
	layers, err := got.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 2)
}

// files are those of a tar stream.
func files(t *testing.T, stream []byte) map[string][]byte {
	t.Helper()
	got := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(stream)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		require.NoError(t, err)
		require.NotContains(t, got, h.Name, "written twice")
		got[h.Name], err = io.ReadAll(r)
		require.NoError(t, err)
	}
}

func TestOCIArchive(t *testing.T) {
	one := archive.Named{Name: "quay.io/one/one:1", Image: image(t, "shared", "one")}
	two := archive.Named{Name: "two/two:2", Image: image(t, "shared", "two")}
	var first, second bytes.Buffer
	require.NoError(t, archive.WriteOCI(&first, []archive.Named{one, two}))
	require.NoError(t, archive.WriteOCI(&second, []archive.Named{two, one}))
	require.Equal(t, first.Bytes(), second.Bytes(), "the order asked for does not matter")

	got := files(t, first.Bytes())
	require.Contains(t, string(got["oci-layout"]), "1.0.0")
	var index v1.IndexManifest
	require.NoError(t, json.Unmarshal(got["index.json"], &index))
	names := map[string]string{}
	for _, d := range index.Manifests {
		names[d.Annotations["io.containerd.image.name"]] = d.Annotations["org.opencontainers.image.ref.name"]
		require.Equal(t, d.Size, int64(len(got["blobs/sha256/"+d.Digest.Hex])))
	}
	require.Equal(t, map[string]string{"quay.io/one/one:1": "1", "docker.io/two/two:2": "2"}, names)
	require.Len(t, got, 2+2*2+3, "two manifests, two configurations, three layers")
	for name, content := range got {
		if hex, ok := bytes.CutPrefix([]byte(name), []byte("blobs/sha256/")); ok {
			digest, _, err := v1.SHA256(bytes.NewReader(content))
			require.NoError(t, err)
			require.Equal(t, string(hex), digest.Hex)
		}
	}
}

// full refuses everything after so many bytes.
type full int

func (f *full) Write(p []byte) (int, error) {
	if *f -= full(len(p)); *f < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestErrorsNameTheImage(t *testing.T) {
	named := []archive.Named{{Name: "localhost/a:1", Image: image(t, "a")}}
	room := full(600)
	require.ErrorContains(t, archive.WriteOCI(&room, named), "localhost/a:1")
	require.Error(t, archive.WriteDocker(io.Discard, []archive.Named{{Name: "NO", Image: named[0].Image}}))
	require.Error(t, archive.WriteOCI(io.Discard, []archive.Named{{Name: "NO", Image: named[0].Image}}))
}
