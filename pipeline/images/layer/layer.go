// Package layer makes image layers whose bytes depend on nothing but their
// content: entries in a fixed order, one time for all, no owner's name, and no
// compression, so that the digest does not hang on a compressor's version and
// loading an image on the same machine decompresses nothing.
package layer

import (
	"io"
	"os"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Epoch is the time of every file in every image, in seconds since 1970: the
// first moment of 2026. It is what SOURCE_DATE_EPOCH says to programs that know
// of reproducible builds.
const Epoch = 1767225600

// Time is Epoch as a time.
func Time() time.Time { return time.Unix(Epoch, 0).UTC() }

// Layer is an uncompressed layer in a file.
type Layer struct {
	file   string
	digest v1.Hash
	size   int64
}

var _ v1.Layer = (*Layer)(nil)

// FromFile is the layer in a file of which digest and size are known.
func FromFile(file string, digest v1.Hash, size int64) *Layer {
	return &Layer{file: file, digest: digest, size: size}
}

// File is where the layer's bytes are.
func (l *Layer) File() string { return l.file }

// Digest is the same as DiffID, because nothing is compressed.
func (l *Layer) Digest() (v1.Hash, error) { return l.digest, nil }

// DiffID is the digest of the tar stream.
func (l *Layer) DiffID() (v1.Hash, error) { return l.digest, nil }

// Compressed gives the tar stream as it is.
func (l *Layer) Compressed() (io.ReadCloser, error) { return os.Open(l.file) }

// Uncompressed gives the tar stream.
func (l *Layer) Uncompressed() (io.ReadCloser, error) { return os.Open(l.file) }

// Size is the length of the tar stream in bytes.
func (l *Layer) Size() (int64, error) { return l.size, nil }

// MediaType says that the layer is a plain tar stream.
func (l *Layer) MediaType() (types.MediaType, error) { return types.OCIUncompressedLayer, nil }
