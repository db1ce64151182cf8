// Package gobuild calls the go command on the modules that pin an image's
// programs. Its caches are the image store's own, so that they can be shown and
// dropped without touching the user's.
package gobuild

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"firedrill/pipeline/command"
)

// Go is the go command of this machine with caches of its own.
type Go struct {
	Runner command.Runner
	Cache  string // the folder that holds go/build and go/mod
	Arch   string // GOARCH of the images
	// Memory is what one compiler may use before it collects garbage, in bytes; 0
	// leaves that to Go. A compiler that does not collect is a sixth faster.
	Memory int64
	// Temp is for the go command's temporary files. With it, go ends when this
	// process is killed, instead of writing into a folder that is cleaned up.
	Temp string
}

// BuildCache is where compiled packages are kept.
func (g Go) BuildCache() string { return filepath.Join(g.Cache, "go", "build") }

// ModuleCache is where modules are unpacked.
func (g Go) ModuleCache() string { return filepath.Join(g.Cache, "go", "mod") }

// env makes the go command independent of what the user's environment says
// about builds. GOPROXY and the like stay his: they say where modules are.
func (g Go) env(extra map[string]string) []string {
	env := []string{
		"GOCACHE=" + g.BuildCache(),
		"GOMODCACHE=" + g.ModuleCache(),
		// A value, because an empty one would let the user's go env file speak.
		"GOFLAGS=-mod=readonly",
		"GOTOOLCHAIN=local",
		"GOWORK=off",
		"GOOS=linux",
		"GOARCH=" + g.Arch,
		"GOAMD64=v1",
		"GOARM64=v8.0",
		"CGO_ENABLED=0",
	}
	if g.Temp != "" {
		env = append(env, "GOTMPDIR="+g.Temp)
	}
	if g.Memory > 0 {
		env = append(env, "GOGC=off", fmt.Sprintf("GOMEMLIMIT=%dB", g.Memory))
	}
	for _, key := range sortedKeys(extra) {
		env = append(env, key+"="+extra[key])
	}
	return env
}

func (g Go) run(ctx context.Context, dir string, env map[string]string, args ...string) ([]byte, error) {
	return g.watched(ctx, nil, dir, env, args...)
}

// watched is run with the error output told to progress.
func (g Go) watched(ctx context.Context, progress *counter, dir string, env map[string]string, args ...string) ([]byte, error) {
	var stderr io.Writer
	if progress != nil {
		stderr = progress
	}
	out, err := g.Runner.Run(ctx, command.Command{
		Argv: append([]string{"go"}, args...), Env: g.env(env), Dir: dir, Stderr: stderr, Bound: g.Temp != "",
	})
	if err == nil {
		return out, nil
	}
	if command.NotFound(err) {
		return nil, fmt.Errorf("images are built by the go command, and it is not installed: install Go (https://go.dev/doc/install) or take the images from a registry with --images registry: %w", err)
	}
	var failed *command.Error
	if progress != nil && len(progress.others) > 0 && errors.As(err, &failed) {
		// Without the packages that went well, which are hundreds.
		failed.Output = strings.Join(progress.others, "\n")
	}
	return nil, explain(dir, err)
}

// explain adds to a failure of the go command what can be done about it.
func explain(dir string, err error) error {
	hint := ""
	var failed *command.Error
	if errors.As(err, &failed) {
		switch out := failed.Output; {
		case strings.Contains(out, "no space left on device"):
			hint = ": free some space, for example by 'firedrill images prune'"
		case strings.Contains(out, "missing go.sum entry"), strings.Contains(out, "updates to go.mod needed"):
			hint = ": pin the package with 'go get -tool PACKAGE@VERSION' in that folder"
		case strings.Contains(out, "no main packages to build"):
			hint = ": the package is not a program (package main)"
		case strings.Contains(out, "signal: killed"):
			hint = ": the kernel ended the compiler, most likely for want of memory; free some, or build with fewer jobs at once"
		}
	}
	return fmt.Errorf("in %s%s: %w", dir, hint, err)
}

// Version is the go command's version, such as go1.26.0.
func (g Go) Version(ctx context.Context) (string, error) {
	out, err := g.run(ctx, "", nil, "env", "GOVERSION")
	return strings.TrimSpace(string(out)), err
}
