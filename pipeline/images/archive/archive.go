// Package archive writes images into single files: Docker's format for
// container engines, the OCI format for a node's containerd.
package archive

import (
	"fmt"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Named is an image and its name.
type Named struct {
	Name  string
	Image v1.Image
}

// WriteDocker writes what 'podman load' and 'docker load' read.
func WriteDocker(w io.Writer, images []Named) error {
	refs := map[name.Reference]v1.Image{}
	for _, n := range images {
		full, err := FullName(n.Name)
		if err != nil {
			return fmt.Errorf("write an archive: %w", err)
		}
		tag, err := name.NewTag(full)
		if err != nil {
			return fmt.Errorf("write an archive: %w", err)
		}
		refs[tag] = n.Image
	}
	if err := tarball.MultiRefWrite(refs, w); err != nil {
		return fmt.Errorf("write an archive of %d images: %w", len(images), err)
	}
	return nil
}
