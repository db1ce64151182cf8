package images

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// Unpack gives a folder, below dir and named for the image's digest, with the
// files of the image for which wanted says so. One that is there already was
// unpacked before: a digest never stands for anything else.
func (s *Store) Unpack(image, dir string, wanted func(path string) bool) (string, error) {
	done, err := s.images.Use()
	if err != nil {
		return "", err
	}
	defer done()
	entries, err := s.find([]string{image})
	if err != nil {
		return "", err
	}
	to := filepath.Join(dir, entries[0].Digest.Hex)
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	img, err := s.images.Image(entries[0])
	if err != nil {
		return "", err
	}
	if err := unpack(img, to, wanted); err != nil {
		return "", fmt.Errorf("unpack the image %s: %w", image, err)
	}
	return to, nil
}

// Program unpacks the program that a container of the image starts, and returns
// its file.
func (s *Store) Program(image, dir string) (string, error) {
	entries, err := s.find([]string{image})
	if err != nil {
		return "", err
	}
	img, err := s.images.Image(entries[0])
	if err != nil {
		return "", err
	}
	config, err := img.ConfigFile()
	if err != nil {
		return "", fmt.Errorf("read the configuration of the image %s: %w", image, err)
	}
	places := programs(config.Config)
	folder, err := s.Unpack(image, dir, func(file string) bool { return slices.Contains(places, file) })
	if err != nil {
		return "", err
	}
	for _, place := range places {
		file := filepath.Join(folder, place)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, nil
		}
	}
	return "", fmt.Errorf("the image %s has no program where its entrypoint says (%s)", image, strings.Join(places, ", "))
}

// programs are the paths at which the entrypoint may be, in the order in which
// a shell would look.
func programs(c v1.Config) []string {
	argv := slices.Concat(c.Entrypoint, c.Cmd)
	if len(argv) == 0 {
		return nil
	}
	if path.IsAbs(argv[0]) {
		return []string{path.Clean(argv[0])}
	}
	folders := "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, variable := range c.Env {
		if value, found := strings.CutPrefix(variable, "PATH="); found {
			folders = value
		}
	}
	places := []string{path.Join("/", c.WorkingDir, argv[0])}
	if strings.Contains(argv[0], "/") {
		return places
	}
	for _, folder := range strings.Split(folders, ":") {
		places = append(places, path.Join("/", folder, argv[0]))
	}
	return places
}

// unpack writes into a folder beside to, which becomes to when it is complete.
func unpack(img v1.Image, to string, wanted func(string) bool) (err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(to), "unpack-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }() // gone already if all went well
	files := mutate.Extract(img)
	defer files.Close()
	for archive := tar.NewReader(files); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		// Links and devices are of no use outside of the image.
		name := path.Clean("/" + header.Name)
		if header.Typeflag != tar.TypeReg || !wanted(name) {
			continue
		}
		if err := write(filepath.Join(work, name), archive, header.FileInfo().Mode()); err != nil {
			return err
		}
	}
	err = os.Rename(work, to)
	if _, there := os.Stat(to); there == nil {
		return nil // another process was faster
	}
	return err
}

func write(file string, content io.Reader, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode.Perm()|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}
