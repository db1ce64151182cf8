package images

import (
	"io"

	"firedrill/pipeline/images/archive"
)

// FullName is the name by which container engines know the image of that name.
func FullName(image string) (string, error) { return archive.FullName(image) }

// WriteDockerArchive writes the images in the format of 'docker save', which
// every container engine loads.
func (s *Store) WriteDockerArchive(w io.Writer, names []string) error {
	return s.write(w, names, archive.WriteDocker)
}

// WriteOCIArchive writes the images as an OCI layout in a tar file, which a
// node's containerd imports. The same images give the same bytes.
func (s *Store) WriteOCIArchive(w io.Writer, names []string) error {
	return s.write(w, names, archive.WriteOCI)
}

func (s *Store) write(w io.Writer, names []string, format func(io.Writer, []archive.Named) error) error {
	done, err := s.images.Use()
	if err != nil {
		return err
	}
	defer done()
	entries, err := s.find(names)
	if err != nil {
		return err
	}
	named := make([]archive.Named, 0, len(entries))
	for _, e := range entries {
		img, err := s.images.Image(e)
		if err != nil {
			return err
		}
		named = append(named, archive.Named{Name: e.Name, Image: img})
	}
	return format(w, named)
}
