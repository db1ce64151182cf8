// Package runs keeps the folder of each run: its kubeconfig, its engine
// configuration, and whether somebody still works with it. By these folders a
// later run, or `firedrill down`, finds what a killed one left behind.
package runs

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"syscall"
)

// Label is the key under which everything that a run creates carries the run's
// name: containers' networks, namespaces, Helm releases.
const Label = "firedrill.run"

// OwnerLabel is the key under which a run's network carries the folder of all
// runs. Only there is it told whether somebody works with a run, so nobody may
// remove all runs but of his own folder.
const OwnerLabel = "firedrill.runs"

// namePattern is what kind and Kubernetes labels both accept, short enough
// that node names stay below the 63 bytes of a host name.
var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// CheckName refuses a name that no run can have.
func CheckName(name string) error {
	if !namePattern.MatchString(name) {
		return fmt.Errorf("run name %q: wanted at most 40 lower case letters, digits and '-', such as my-run-1", name)
	}
	return nil
}

// Run is one run's folder.
type Run struct {
	Name string
	Dir  string
	lock *os.File
}

// Kubeconfig is where the run's cluster is described.
func (r *Run) Kubeconfig() string { return filepath.Join(r.Dir, "kubeconfig") }

// APIServer is the folder of what the API server of the run's cluster reads.
func (r *Run) APIServer() string { return filepath.Join(r.Dir, "apiserver") }

// Authority is the folder of the root that the run makes for its cluster.
func (r *Run) Authority() string { return filepath.Join(r.Dir, "ca") }

// Folders is the folder that holds the folders of all runs.
type Folders string

// New makes the folder of a new run and locks it for the life of this process.
// An empty name makes one up.
func (f Folders) New(name string) (*Run, error) {
	if name == "" {
		name = randomName()
	}
	if err := CheckName(name); err != nil {
		return nil, err
	}
	r := f.run(name)
	if err := os.MkdirAll(r.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the run's folder: %w", err)
	}
	if err := r.acquire(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(r.keptPath()); err == nil {
		r.release()
		return nil, fmt.Errorf("run %q exists and was kept: take another name, or `firedrill down --name %s`", name, name)
	}
	return r, nil
}

// Open gives the run of that name, without locking it. Its folder may be lost.
func (f Folders) Open(name string) *Run { return f.run(name) }

// List gives every run that has a folder, by name.
func (f Folders) List() ([]*Run, error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	var all []*Run
	for _, e := range entries {
		if e.IsDir() {
			all = append(all, f.run(e.Name()))
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all, nil
}

// Owner is the label, KEY=VALUE, of what belongs to these runs.
func (f Folders) Owner() string { return OwnerLabel + "=" + string(f) }

func (f Folders) run(name string) *Run {
	return &Run{Name: name, Dir: filepath.Join(string(f), name)}
}

// Keep marks the run's cluster as wanted after this process has ended.
func (r *Run) Keep() error {
	if err := os.WriteFile(r.keptPath(), nil, 0o600); err != nil {
		return fmt.Errorf("mark run %q as kept: %w", r.Name, err)
	}
	return nil
}

// Kept tells whether the run's cluster is wanted although its process ended.
func (r *Run) Kept() bool {
	_, err := os.Stat(r.keptPath())
	return err == nil
}

// Merge marks the run's cluster as added to the user's kubeconfig.
func (r *Run) Merge() error {
	if err := os.WriteFile(r.mergedPath(), nil, 0o600); err != nil {
		return fmt.Errorf("mark run %q as merged: %w", r.Name, err)
	}
	return nil
}

// Merged tells whether the user's kubeconfig knows the run's cluster.
func (r *Run) Merged() bool {
	_, err := os.Stat(r.mergedPath())
	return err == nil
}

// SetEngine records which container engine the run uses, before anything is
// made with it.
func (r *Run) SetEngine(name string) error {
	if err := os.WriteFile(r.enginePath(), []byte(name), 0o600); err != nil {
		return fmt.Errorf("note the engine of run %q: %w", r.Name, err)
	}
	return nil
}

// Engine is the container engine that the run uses, empty if nothing was made
// with any.
func (r *Run) Engine() string {
	name, err := os.ReadFile(r.enginePath())
	if err != nil {
		return ""
	}
	return string(name)
}

// Mine tells whether this process holds the lock of the run: it made the run, or has
// called Lock.
func (r *Run) Mine() bool { return r.lock != nil }

// Lock keeps other processes from working with the run until unlock is called,
// or this process ends.
func (r *Run) Lock() (unlock func(), err error) {
	return r.release, r.acquire()
}

// Share keeps other processes from removing the run, and from what takes Lock,
// until unlock is called or this process ends. Any number of processes may share
// a run.
func (r *Run) Share() (unlock func(), err error) {
	lock, err := r.flock(syscall.LOCK_SH)
	if err != nil {
		return nil, err
	}
	return func() { _ = lock.Close() }, nil
}

// Busy tells whether another process works with the run right now, alone or
// with others.
func (r *Run) Busy() bool {
	if r.Mine() {
		return false
	}
	switch err := r.acquire(); {
	case errors.Is(err, os.ErrNotExist):
		return false
	case err != nil:
		return true
	}
	r.release()
	return false
}

// Remove deletes the run's folder.
func (r *Run) Remove() error {
	r.release()
	if err := os.RemoveAll(r.Dir); err != nil {
		return fmt.Errorf("remove the run's folder: %w", err)
	}
	return nil
}

func (r *Run) acquire() error {
	lock, err := r.flock(syscall.LOCK_EX)
	if err != nil {
		return err
	}
	r.lock = lock
	return nil
}

// flock takes the run's lock, alone or shared. The system gives it back when the
// process ends, however it ends; a killed run is thus told from a working one.
func (r *Run) flock(how int) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(r.Dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock run %q: %w", r.Name, err)
	}
	if err := syscall.Flock(int(lock.Fd()), how|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("lock run %q: another process works with it: %w", r.Name, err)
	}
	return lock, nil
}

func (r *Run) release() {
	if r.lock != nil {
		_ = r.lock.Close()
		r.lock = nil
	}
}

func (r *Run) keptPath() string { return filepath.Join(r.Dir, "kept") }

func (r *Run) enginePath() string { return filepath.Join(r.Dir, "engine") }

func (r *Run) mergedPath() string { return filepath.Join(r.Dir, "merged") }

func randomName() string {
	b := make([]byte, 3)
	_, _ = rand.Read(b) // crypto/rand never fails: it ends the program instead
	return "firedrill-" + hex.EncodeToString(b)
}
