package spec

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"firedrill/pipeline/strict"
)

// LoadAll reads the image.yaml of every folder in dir, in the order of the
// folders' names. Mistakes of all files are reported together.
func LoadAll(dir string) ([]Spec, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for image folders: %w", err)
	}
	var specs []Spec
	var errs []error
	names := names{}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		s, err := load(filepath.Join(dir, entry.Name()), names)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		specs = append(specs, s)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(specs) == 0 {
		return nil, fmt.Errorf("%s has no folder with an %s: add one for each image", dir, FileName)
	}
	return specs, nil
}

// names maps the name of each image to the file that gave it.
type names map[string]string

func load(dir string, names names) (Spec, error) {
	path := filepath.Join(dir, FileName)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return Spec{}, fmt.Errorf("%s: every folder there is an image and needs an %s", dir, FileName)
	}
	var s Spec
	file, err := strict.Load(path, &s)
	if err != nil {
		return Spec{}, err
	}
	if s.Dir, err = filepath.Abs(dir); err != nil {
		return Spec{}, fmt.Errorf("%s: %w", dir, err)
	}
	c := checker{file: file, spec: s, names: names}
	c.image()
	if err := file.Err(); err != nil {
		return Spec{}, err
	}
	s.setDefaults()
	return s, nil
}

func (s *Spec) setDefaults() {
	s.Build.setDefaults()
	for i := range s.Contains {
		s.Contains[i].Build.setDefaults()
	}
}

func (b *Build) setDefaults() {
	for _, l := range b.Layers {
		for i := range l.Go {
			setDefault(&l.Go[i].Module, ".")
			for _, patch := range l.Go[i].Patches {
				patch.setDefaults()
			}
		}
		if l.Debian != nil {
			setDefault(&l.Debian.Variant, "minbase")
		}
		for _, f := range l.Files {
			if f.Output != nil {
				setDefault(&f.Output.Module, ".")
			}
		}
	}
}

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}
