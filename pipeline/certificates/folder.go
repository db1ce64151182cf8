package certificates

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// The files of a root's folder.
const (
	certificateFile = "root.crt"
	keyFile         = "root.key"
)

// Folder holds a root: its certificate, and its key, which only its owner may
// read.
type Folder string

// Open returns the root of the folder, and makes one if the folder has none. A key
// whose certificate is gone is no folder without a root: the key may have signed
// what others trust.
func (f Folder) Open(name string, now time.Time) (Authority, error) {
	a, err := f.Load(now)
	switch {
	case err == nil:
		return a, nil
	case !errors.Is(err, os.ErrNotExist):
		return Authority{}, err
	case f.holds():
		return Authority{}, fmt.Errorf("%w, though its key is there: put the certificate back beside %s, or move the key away to have a new root made", err, f.path(keyFile))
	}
	if a, err = NewRoot(name, now); err != nil {
		return Authority{}, err
	}
	return a, f.save(a)
}

// holds tells whether a root is there, good or not.
func (f Folder) holds() bool {
	_, err := os.Stat(f.path(keyFile))
	return !errors.Is(err, os.ErrNotExist)
}

// Certificates are those of the root and of the one that waits for its turn, as PEM;
// nothing if the folder has none. The root's key may be elsewhere.
func (f Folder) Certificates() ([]byte, error) {
	var all []byte
	for _, folder := range []Folder{f, f.next()} {
		text, err := os.ReadFile(folder.path(certificateFile))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the root's certificate: %w", err)
		}
		found, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder.path(certificateFile), err)
		}
		all = append(all, pemOf(found...)...)
	}
	return all, nil
}

// errExpired is that a root's time is over.
var errExpired = errors.New("`firedrill certificates rotate` makes a new one")

// Load reads the root, and ends a promotion that was killed. A key that others may
// read is refused: who knows who has. A root that has expired comes with
// errExpired.
func (f Folder) Load(now time.Time) (Authority, error) {
	if err := f.settle(); err != nil {
		return Authority{}, err
	}
	key := f.path(keyFile)
	info, err := os.Stat(key)
	if err != nil {
		return Authority{}, fmt.Errorf("look for the root's key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return Authority{}, fmt.Errorf("the root's key %s has mode %04o, so others may have read it: take a new root, or `chmod 600 %s` if you know better", key, mode, key)
	}
	a, err := f.read()
	if err != nil {
		return Authority{}, err
	}
	if now.After(a.Certificate.NotAfter) {
		return a, fmt.Errorf("the root in %s has expired on %s: %w", f, day(a.Certificate.NotAfter), errExpired)
	}
	return a, nil
}

func (f Folder) read() (a Authority, err error) {
	text, err := os.ReadFile(f.path(certificateFile))
	if err != nil {
		return a, fmt.Errorf("read the root's certificate: %w", err)
	}
	all, err := Parse(text)
	if err != nil {
		return a, fmt.Errorf("%s: %w", f.path(certificateFile), err)
	}
	a.Certificate = all[0]
	if text, err = os.ReadFile(f.path(keyFile)); err != nil {
		return a, fmt.Errorf("read the root's key: %w", err)
	}
	if a.Key, err = parseKey(text); err != nil {
		return a, fmt.Errorf("%s: %w", f.path(keyFile), err)
	}
	if !a.matches() {
		return a, fmt.Errorf("%s is not the key of %s", f.path(keyFile), f.path(certificateFile))
	}
	return a, nil
}

// save writes the key first: a root without a key would be taken for whole.
func (f Folder) save(a Authority) error {
	text, err := keyText(a.Key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return fmt.Errorf("make a folder for the root: %w", err)
	}
	if err := writeNew(f.path(keyFile), text); err != nil {
		return fmt.Errorf("write the root's key: %w", err)
	}
	if err := os.WriteFile(f.path(certificateFile), pemOf(a.Certificate), 0o644); err != nil {
		return fmt.Errorf("write the root's certificate: %w", err)
	}
	return nil
}

// writeNew writes what only its owner may read, and never over what is there.
func writeNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

func (f Folder) path(name string) string { return filepath.Join(string(f), name) }
