package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// lock waits until this process alone holds the file; it is only held for the
// moment that index.json is rewritten.
func lock(path string) (unlock func(), err error) {
	return flock(path, unix.LOCK_EX)
}

// Use says that images are being made or read: nothing is collected until the
// returned function is called, or the process ends.
func (s *Store) Use() (done func(), err error) {
	return flock(s.useLock(), unix.LOCK_SH)
}

// ErrInUse is that another process makes or reads images.
var ErrInUse = errors.New("another process makes or reads images there; wait for its end")

// Alone keeps others from making and reading images until the returned function is
// called, or the process ends. It waits for nobody: while the store is in use, the
// error is ErrInUse.
func (s *Store) Alone() (done func(), err error) {
	if _, err := os.Stat(s.dir); errors.Is(err, os.ErrNotExist) {
		return func() {}, nil // what is not there is not used
	}
	done, err = flock(s.useLock(), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, fmt.Errorf("the image store %s: %w", s.dir, ErrInUse)
	}
	return done, err
}

func (s *Store) useLock() string { return filepath.Join(s.dir, ".use.lock") }

// flock locks a file until unlock is called. The kernel drops the lock of a
// process that is killed.
func flock(path string, how int) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make the image store: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the image store: %w", err)
	}
	for {
		err = unix.Flock(int(f.Fd()), how)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock the image store by %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil
}
