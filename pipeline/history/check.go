package history

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Check says, before a night begins, what would keep its line from being added at
// the end. It makes nothing.
func Check(folder string) error {
	if _, _, err := Read(folder); err != nil {
		return err
	}
	path := filepath.Join(folder, File)
	if err := writable(path); err != nil {
		return fmt.Errorf("the night could not be added to %s: %w; name another folder with --history", path, err)
	}
	return nil
}

// writable looks at the file, or, where that is missing, at the nearest folder
// above it that there is.
func writable(path string) error {
	err := unix.Access(path, unix.W_OK)
	if errors.Is(err, os.ErrNotExist) && path != filepath.Dir(path) {
		return writable(filepath.Dir(path))
	}
	if err != nil {
		return &os.PathError{Op: "write to", Path: path, Err: err}
	}
	return nil
}
