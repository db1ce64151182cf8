package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"firedrill/pipeline/images/blobs"
)

// annotationOf names, in index.json, the image that a referrer is about: one
// digest may be that of several names.
const annotationOf = "firedrill.of"

// noConfig is what OCI wants in the place of a configuration where there is
// none.
const noConfig = types.MediaType("application/vnd.oci.empty.v1+json")

// referrer is the manifest of a document about an image, which is its subject.
type referrer struct {
	v1.Manifest
	ArtifactType string `json:"artifactType"`
}

// Attach stores a document about the image, in place of one of the same type.
// It goes when the image goes.
func (s *Store) Attach(e Entry, kind string, document []byte) error {
	index, err := s.index()
	if err != nil {
		return err
	}
	err = errors.New("the store does not have that image any more")
	if i := slices.IndexFunc(index.Manifests, e.isAt); i >= 0 {
		err = s.attach(e, index.Manifests[i], kind, document)
	}
	if err != nil {
		return fmt.Errorf("attach a document (%s) to the image %s: %w", kind, e.Name, err)
	}
	return nil
}

func (s *Store) attach(e Entry, image v1.Descriptor, kind string, document []byte) error {
	layer, err := s.putText(types.MediaType(kind), document)
	if err != nil {
		return err
	}
	config, err := s.putText(noConfig, []byte("{}"))
	if err != nil {
		return err
	}
	image.Annotations = nil
	text, err := json.Marshal(referrer{ArtifactType: kind, Manifest: v1.Manifest{
		SchemaVersion: 2, MediaType: types.OCIManifestSchema1, Config: config, Layers: []v1.Descriptor{layer}, Subject: &image,
	}})
	if err != nil {
		return err
	}
	d, err := s.putText(types.OCIManifestSchema1, text)
	if err != nil {
		return err
	}
	d.ArtifactType, d.Annotations = kind, map[string]string{annotationOf: e.Name}
	return s.change(func(index *v1.IndexManifest) {
		// Another process may have put another image there meanwhile.
		if slices.ContainsFunc(index.Manifests, e.isAt) {
			index.Manifests = append(slices.DeleteFunc(index.Manifests, e.isSubjectOf(kind)), d)
		}
	})
}

// putText stores a small file.
func (s *Store) putText(media types.MediaType, text []byte) (v1.Descriptor, error) {
	digest, size, err := v1.SHA256(bytes.NewReader(text))
	if err != nil {
		return v1.Descriptor{}, err
	}
	if s.verify(digest) != nil {
		_ = os.Remove(s.blob(digest)) // one that is damaged would be taken for it
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	return v1.Descriptor{MediaType: media, Digest: digest, Size: size}, s.putBlob(blobs.Blob{Digest: digest, Size: size, Open: open})
}

// Attached gives the document of that type about the image, nil if there is
// none. What is not what its digest says is an error.
func (s *Store) Attached(e Entry, kind string) ([]byte, error) {
	index, err := s.index()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(index.Manifests, e.isSubjectOf(kind))
	if i < 0 {
		return nil, nil
	}
	text, err := s.read(index.Manifests[i].Digest)
	if err != nil {
		return nil, err
	}
	var r referrer
	if err := json.Unmarshal(text, &r); err != nil || len(r.Layers) != 1 || r.Subject == nil {
		return nil, s.damaged(index.Manifests[i].Digest, "is no manifest of a document about an image")
	}
	if r.Subject.Digest != e.Digest {
		return nil, s.damaged(index.Manifests[i].Digest, fmt.Sprintf("is about the image %s, wanted %s", r.Subject.Digest, e.Digest))
	}
	return s.read(r.Layers[0].Digest)
}

// isAt tells whether the descriptor is that of the image itself.
func (e Entry) isAt(d v1.Descriptor) bool {
	return d.Annotations[annotationName] == e.Name && d.Digest == e.Digest
}

// isSubjectOf tells descriptors of documents of a type about the image; "" is
// any type.
func (e Entry) isSubjectOf(kind string) func(v1.Descriptor) bool {
	return func(d v1.Descriptor) bool {
		return d.Annotations[annotationOf] == e.Name && (kind == "" || d.ArtifactType == kind)
	}
}
