package drill

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"firedrill/pipeline/strict"
)

// Load reads every *.yaml and *.yml file of a folder, in the order of their
// names. Drills of files that can be read are returned also when others
// cannot, so that Validate can add its findings to the error.
func Load(dir string) ([]Drill, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the folder of drills: %w", err)
	}
	var drills []Drill
	var errs []error
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		d, err := LoadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		drills = append(drills, d)
	}
	if len(drills)+len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%s: no drill: wanted at least one *.yaml file", dir))
	}
	return drills, errors.Join(errs...)
}

// LoadFile reads one drill file. What it says is checked by Validate.
func LoadFile(path string) (Drill, error) {
	var d Drill
	file, err := strict.Load(path, &d)
	if err != nil {
		return Drill{}, err
	}
	d.file = file
	return d, nil
}
