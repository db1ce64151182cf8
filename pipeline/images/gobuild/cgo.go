package gobuild

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"firedrill/pipeline/command"
)

// compiler is the C compiler, whatever the user's environment prefers.
const compiler = "gcc"

// cgoEnv compiles C code without the user's flags.
var cgoEnv = map[string]string{
	"CGO_ENABLED": "1", "CC": compiler, "CGO_CFLAGS": "-O2", "CGO_LDFLAGS": "-O2",
}

const (
	// A static program cannot load what the C library resolves names with; Go
	// does it by itself.
	cgoTags    = "netgo,osusergo"
	cgoLdflags = "-linkmode=external -extldflags=-static"
)

// environment is what the group adds to that of the go command.
func (g Group) environment() map[string]string {
	env := map[string]string{}
	if g.Cgo {
		maps.Copy(env, cgoEnv)
	}
	maps.Copy(env, g.Env)
	return env
}

// tags is the flag that selects files, empty for none.
func (g Group) tags() []string {
	tags := g.Tags
	if g.Cgo {
		tags = append([]string{cgoTags}, tags...)
	}
	if len(tags) == 0 {
		return nil
	}
	return []string{"-tags=" + strings.Join(tags, ",")}
}

func (g Group) ldflags() string {
	flags := "-s -w"
	if g.Cgo {
		flags += " " + cgoLdflags
	}
	return strings.TrimSpace(flags + " " + g.Ldflags)
}

// CToolchain stands for the C compiler and the C library that become part of a
// static program.
func (g Go) CToolchain(ctx context.Context) (string, error) {
	version, err := g.c(ctx, "--version")
	if err != nil {
		return "", err
	}
	library, err := g.c(ctx, "-print-file-name=libc.a")
	if err != nil {
		return "", err
	}
	// A compiler that does not find the file prints the bare name.
	if !filepath.IsAbs(library) {
		return "", fmt.Errorf("a program with C code is linked with the static C library, and %s finds no libc.a: on Debian run 'apt-get install libc6-dev', or take the images from a registry with --images registry", compiler)
	}
	text, err := os.ReadFile(library)
	if err != nil {
		return "", fmt.Errorf("read the static C library: %w", err)
	}
	sum := sha256.Sum256(text)
	return version + "\n" + hex.EncodeToString(sum[:]), nil
}

func (g Go) c(ctx context.Context, flag string) (string, error) {
	// The locale changes what a compiler prints.
	out, err := g.Runner.Run(ctx, command.Command{Argv: []string{compiler, flag}, Env: []string{"LC_ALL=C"}})
	if command.NotFound(err) {
		return "", fmt.Errorf("a program with C code needs a C compiler, and none is installed: on Debian run 'apt-get install gcc libc6-dev', or take the images from a registry with --images registry: %w", err)
	}
	if err != nil {
		return "", fmt.Errorf("ask for the version of the C compiler: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
