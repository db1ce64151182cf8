package gobuild

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/spec"
)

// Group is what one call of go build makes: packages of one module, built the
// same way.
type Group struct {
	Dir      string // folder of the go.mod
	Packages []string
	Tags     []string
	Ldflags  string
	Env      map[string]string
	Cgo      bool // C code among it; the programs are static all the same
	// Patches change modules first. Their generators' modules are full paths.
	Patches []spec.Patch
}

// Build builds the group's packages into folders under out and returns the
// file of each. jobs bounds how many compilers run at once; say is told where
// the build stands.
func (g Go) Build(ctx context.Context, group Group, out string, jobs int, say func(message string)) (map[string]string, error) {
	progress := &counter{say: say, now: time.Now}
	files := map[string]string{}
	if len(group.Patches) > 0 {
		var err error
		if group, err = g.patched(ctx, group, out, jobs, say); err != nil {
			return nil, err
		}
	}
	for i, batch := range batches(group.Packages) {
		dir := filepath.Join(out, strconv.Itoa(i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("make room for programs: %w", err)
		}
		if err := g.build(ctx, group, batch, dir, jobs, files, progress); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func (g Go) build(ctx context.Context, group Group, pkgs []string, dir string, jobs int, files map[string]string, progress *counter) error {
	args := append([]string{"build", "-v", "-p", strconv.Itoa(jobs)}, flags(group)...)
	// The trailing separator makes go build take dir for a folder.
	args = append(append(args, "-o", dir+string(filepath.Separator)), pkgs...)
	if _, err := g.watched(ctx, progress, group.Dir, group.environment(), args...); err != nil {
		return err
	}
	if len(pkgs) == 1 {
		// The folder then holds one file, whatever its name.
		return g.only(group, pkgs[0], dir, files)
	}
	for _, pkg := range pkgs {
		files[pkg] = filepath.Join(dir, programName(pkg))
		if _, err := os.Stat(files[pkg]); err != nil {
			return fmt.Errorf("in %s: %s is not a program (package main): %w", group.Dir, pkg, err)
		}
	}
	return nil
}

func (g Go) only(group Group, pkg, dir string, files map[string]string) error {
	found, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for the program %s: %w", pkg, err)
	}
	if len(found) != 1 {
		return fmt.Errorf("in %s: %s is not a program (package main): go build wrote %d files", group.Dir, pkg, len(found))
	}
	files[pkg] = filepath.Join(dir, found[0].Name())
	return nil
}

// noDebug leaves out what the linker would throw away (-s -w): a tenth of the
// compiler's work and a quarter of the cache.
const noDebug = "-gcflags=all=-dwarf=false"

// flags are the same for every build, so that compiled packages are found in
// the cache again.
func flags(group Group) []string {
	f := append([]string{"-trimpath", "-buildvcs=false", "-mod=readonly", noDebug}, group.tags()...)
	return append(f, "-ldflags", group.ldflags())
}

// Output builds a program for this machine, runs it and returns what it prints.
func (g Go) Output(ctx context.Context, group Group, args []string, work string) ([]byte, error) {
	files, err := g.Build(ctx, group, work, 1, func(string) {})
	if err != nil {
		return nil, err
	}
	out, err := g.Runner.Run(ctx, command.Command{Argv: append([]string{files[group.Packages[0]]}, args...), Dir: group.Dir})
	if err != nil {
		return nil, fmt.Errorf("run %s, whose output becomes a file of the image: %w", group.Packages[0], err)
	}
	return out, nil
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
