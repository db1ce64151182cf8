// Package modulechart lays out charts that lie inside pinned Go modules as
// folders that Helm can read.
//
// A project that is released as a module keeps its chart there as its release
// tools want it: without a version, or as Chart.template.yaml, and with the CRDs
// in a folder of their own. What is laid out is what its release would be: the
// version is the module's. It is kept in a cache by what go.mod and go.sum pin, so
// that the go command is asked once.
package modulechart

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Modules unpacks modules. It is the builder's of the images (gobuild.Go).
type Modules interface {
	// ModuleDir is the folder of a module that dir's go.mod pins.
	ModuleDir(ctx context.Context, dir, module string) (string, error)
}

// Chart says where a chart is.
type Chart struct {
	Module string // such as github.com/cert-manager/cert-manager
	Pins   string // the folder whose go.mod and go.sum pin it
	Folder string // of the chart, inside the module
	CRDs   string // folder of CRDs inside the module; "" for none
}

// Source is the chart's folder as people find it: MODULE/FOLDER.
func (c Chart) Source() string { return c.Module + "/" + c.Folder }

// Layer lays charts out.
type Layer struct {
	Modules Modules
	Cache   string // folder for what is laid out
}

// Lay returns a folder with the chart, which is there already if nothing that
// decides what is in it has changed.
func (l Layer) Lay(ctx context.Context, c Chart) (string, error) {
	name, err := c.key()
	if err != nil {
		return "", err
	}
	to := filepath.Join(l.Cache, name, filepath.Base(c.Folder))
	if _, err := os.Stat(to); err == nil {
		return to, nil
	}
	from, err := l.Modules.ModuleDir(ctx, c.Pins, c.Module)
	if err != nil {
		return "", fmt.Errorf("get module %s, which %s pins: %w", c.Module, filepath.Join(c.Pins, "go.mod"), err)
	}
	if err := l.lay(c, from, to); err != nil {
		return "", fmt.Errorf("lay out the chart %s of module %s: %w", c.Folder, c.Module, err)
	}
	return to, nil
}

// layout counts how charts are laid out: another way makes other folders.
const layout = "1"

// key is the same as long as the same is laid out.
func (c Chart) key() (string, error) {
	sum := sha256.New()
	for _, part := range []string{layout, c.Module, c.Folder, c.CRDs} {
		sum.Write([]byte(part + "\x00"))
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(c.Pins, name))
		switch {
		case errors.Is(err, os.ErrNotExist):
			return "", fmt.Errorf("%s pins no module: there is no %s in it; make one with `go mod init` and `go get %s@VERSION`", c.Pins, name, c.Module)
		case err != nil:
			return "", fmt.Errorf("read what pins module %s: %w", c.Module, err)
		}
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// lay makes the folder beside its place and moves it there when it is whole.
func (l Layer) lay(c Chart, from, to string) error {
	if err := os.MkdirAll(l.Cache, 0o755); err != nil {
		return err
	}
	if err := l.sweep(); err != nil {
		return err
	}
	work, err := os.MkdirTemp(l.Cache, unfinished)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	half := filepath.Join(work, "chart")
	if err := copyChart(half, from, c, versionOf(from)); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	err = os.Rename(half, to)
	if _, there := os.Stat(to); err != nil && there == nil {
		return nil // another run was quicker
	}
	return err
}

const (
	// unfinished is how the names of folders begin that charts are made in.
	unfinished = "work-"
	// laying is how long nobody takes to lay a chart out.
	laying = time.Hour
)

// sweep removes what processes that were killed have left unfinished.
func (l Layer) sweep() error {
	entries, err := os.ReadDir(l.Cache)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, gone := e.Info()
		if gone == nil && strings.HasPrefix(e.Name(), unfinished) && time.Since(info.ModTime()) > laying {
			err = errors.Join(err, os.RemoveAll(filepath.Join(l.Cache, e.Name())))
		}
	}
	return err
}

// versionOf reads a module's version out of the name of its folder, "" if a
// folder of no version stands for it (replace).
func versionOf(dir string) string {
	_, version, _ := strings.Cut(filepath.Base(dir), "@")
	return version
}
