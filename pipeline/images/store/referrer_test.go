package store_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images/store"
)

const (
	sbom       = "application/vnd.cyclonedx+json"
	provenance = "application/vnd.in-toto+json"
)

func attach(t *testing.T, s *store.Store, e store.Entry, kind, text string) {
	t.Helper()
	require.NoError(t, s.Attach(e, kind, []byte(text)))
}

func attached(t *testing.T, s *store.Store, e store.Entry, kind string) string {
	t.Helper()
	text, err := s.Attached(e, kind)
	require.NoError(t, err)
	return string(text)
}

func collect(t *testing.T, s *store.Store) {
	t.Helper()
	_, err := s.Collect()
	require.NoError(t, err)
}

// document is the file of a document with that text.
func document(s *store.Store, text string) string {
	for _, file := range must(filepath.Glob(filepath.Join(s.Dir(), "blobs", "sha256", "*"))) {
		if string(must(os.ReadFile(file))) == text {
			return file
		}
	}
	return "none"
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// TestReferrersAreAsOCIWantsThem: others read the layout too.
func TestReferrersAreAsOCIWantsThem(t *testing.T) {
	s := store.Open(t.TempDir())
	e := put(t, s, "localhost/a:1", "a")
	attach(t, s, e, sbom, "{}")
	var index struct{ Manifests []v1.Descriptor }
	require.NoError(t, json.Unmarshal(must(os.ReadFile(filepath.Join(s.Dir(), "index.json"))), &index))
	require.Len(t, index.Manifests, 2)
	require.Equal(t, e.Digest, index.Manifests[0].Digest, "images come first")
	require.Equal(t, sbom, index.Manifests[1].ArtifactType)

	var m struct {
		MediaType, ArtifactType string
		Config                  v1.Descriptor
		Layers                  []v1.Descriptor
		Subject                 v1.Descriptor
	}
	file := filepath.Join(s.Dir(), "blobs", "sha256", index.Manifests[1].Digest.Hex)
	require.NoError(t, json.Unmarshal(must(os.ReadFile(file)), &m))
	require.Equal(t, "application/vnd.oci.image.manifest.v1+json", m.MediaType)
	require.Equal(t, sbom, m.ArtifactType)
	require.Equal(t, "application/vnd.oci.empty.v1+json", string(m.Config.MediaType))
	require.Equal(t, sbom, string(m.Layers[0].MediaType))
	subject := index.Manifests[0]
	subject.Annotations = nil
	require.Equal(t, subject, m.Subject)
}

func TestReferrersStayAndGoWithTheirImages(t *testing.T) {
	s := store.Open(t.TempDir())
	a, b := put(t, s, "localhost/a:1", "a"), put(t, s, "localhost/b:1", "b")
	attach(t, s, a, sbom, "sbom of a")
	attach(t, s, a, provenance, "provenance of a")
	attach(t, s, b, provenance, "provenance of b")
	collect(t, s)
	require.Equal(t, "sbom of a", attached(t, s, a, sbom))
	require.Equal(t, "provenance of a", attached(t, s, a, provenance))
	require.Empty(t, attached(t, s, b, sbom))
	listed, err := s.List()
	require.NoError(t, err)
	require.Equal(t, []store.Entry{a, b}, listed, "documents are no images")

	put(t, s, "localhost/a:1", "a")
	require.Equal(t, "sbom of a", attached(t, s, a, sbom), "the same image again keeps them")

	newer := put(t, s, "localhost/a:1", "newer")
	collect(t, s)
	require.Empty(t, attached(t, s, newer, sbom))
	require.NoFileExists(t, document(s, "sbom of a"))
	require.NoFileExists(t, document(s, "provenance of a"))
	require.Equal(t, "provenance of b", attached(t, s, b, provenance))

	require.NoError(t, s.Clear())
	collect(t, s)
	require.Empty(t, blobs(t, s))
}

func TestADocumentTakesThePlaceOfTheOneBefore(t *testing.T) {
	s := store.Open(t.TempDir())
	e := put(t, s, "localhost/a:1", "a")
	attach(t, s, e, sbom, "first")
	attach(t, s, e, sbom, "second")
	collect(t, s)
	require.Equal(t, "second", attached(t, s, e, sbom))
	require.NoFileExists(t, document(s, "first"))
}

// Two names may stand for one digest; each has documents of its own.
func TestDocumentsAreAboutANameToo(t *testing.T) {
	s := store.Open(t.TempDir())
	a, b := put(t, s, "localhost/a:1", "same"), put(t, s, "localhost/b:1", "same")
	require.Equal(t, a.Digest, b.Digest)
	attach(t, s, a, provenance, "of a")
	attach(t, s, b, provenance, "of b")
	put(t, s, "localhost/a:1", "other")
	collect(t, s)
	require.Equal(t, "of b", attached(t, s, b, provenance))
	require.NoFileExists(t, document(s, "of a"))
}

func TestAnImageThatHasGoneGetsNoDocument(t *testing.T) {
	s := store.Open(t.TempDir())
	old := put(t, s, "localhost/a:1", "a")
	put(t, s, "localhost/a:1", "b")
	require.ErrorContains(t, s.Attach(old, sbom, nil), "attach a document (application/vnd.cyclonedx+json) to the image localhost/a:1")
}

func TestVerifyFindsWhatIsNotWhatItsDigestSays(t *testing.T) {
	for i := range 3 { // layer, configuration, manifest
		s := store.Open(t.TempDir())
		e := put(t, s, "localhost/a:1", "a")
		require.NoError(t, s.Verify(e))
		file := blobs(t, s)[i]
		text := must(os.ReadFile(file))
		text[len(text)/2]++ // of the same length
		require.NoError(t, os.WriteFile(file, text, 0o600))
		err := s.Verify(e)
		require.ErrorContains(t, err, file+" has another content")
		require.ErrorContains(t, err, "remove it, then `firedrill images build`")

		require.NoError(t, os.Remove(file))
		require.ErrorContains(t, s.Verify(e), "no such file")
	}
}

func TestADocumentThatWasChangedIsRefused(t *testing.T) {
	s := store.Open(t.TempDir())
	e := put(t, s, "localhost/a:1", "a")
	attach(t, s, e, provenance, "true")
	file := document(s, "true")
	require.NoError(t, os.WriteFile(file, []byte("lies"), 0o600))
	_, err := s.Attached(e, provenance)
	require.ErrorContains(t, err, file)
}

// TestAReferrerOfAnotherImageIsRefused although index.json says otherwise.
func TestAReferrerOfAnotherImageIsRefused(t *testing.T) {
	s := store.Open(t.TempDir())
	a, b := put(t, s, "localhost/a:1", "a"), put(t, s, "localhost/b:1", "b")
	attach(t, s, a, provenance, "of a")
	index := filepath.Join(s.Dir(), "index.json")
	var text map[string]any
	require.NoError(t, json.Unmarshal(must(os.ReadFile(index)), &text))
	referrer := text["manifests"].([]any)[2].(map[string]any)
	referrer["annotations"] = map[string]string{"firedrill.of": b.Name}
	require.NoError(t, os.WriteFile(index, must(json.Marshal(text)), 0o600))
	_, err := s.Attached(b, provenance)
	require.ErrorContains(t, err, "is about the image "+a.Digest.String()+", wanted "+b.Digest.String())
}
