package dashboards

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Fix brings every *.json of a folder into normal form (see Normalise) and
// returns the files that it has rewritten. A file that is no JSON is left as it
// is.
func Fix(dir string) (rewritten []string, err error) {
	files, err := list(dir)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, path := range files {
		changed, err := fix(path)
		if changed {
			rewritten = append(rewritten, path)
		}
		errs = append(errs, err)
	}
	return rewritten, errors.Join(errs...)
}

func fix(path string) (changed bool, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return false, fmt.Errorf("read a dashboard: %w", err)
	}
	if _, err := read(path, text); err != nil {
		return false, err
	}
	normal, err := Normalise(text)
	if err != nil || bytes.Equal(normal, text) {
		return false, err
	}
	return true, write(path, normal)
}

// write replaces a file as a whole: nobody finds half a dashboard.
func write(path string, text []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".dashboard-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = temporary.Write(text)
	err = errors.Join(err, temporary.Chmod(0o644), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(temporary.Name()))
	}
	return nil
}
